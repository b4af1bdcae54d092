/** Is this an address to ask over the network (postgis://, https://), and not a path? */
export const isAddress = (text: string): boolean => /^[a-z][a-z+]+:\/\//i.test(text);
