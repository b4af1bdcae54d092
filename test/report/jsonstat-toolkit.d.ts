declare module "jsonstat-toolkit" {
  /** The part of the toolkit that the tests use. */
  export default function JSONstat(dataset: unknown): unknown;
}
