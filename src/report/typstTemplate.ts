/**
 * The printed report as a Typst program. It reads its content from `sys.inputs.report`, so no text of anybody's is ever
 * part of the program. Tagged for PDF/UA-1: one title, headings in order, header rows, a description for each drawing.
 */
export const TYPST_TEMPLATE = `
#let d = json(bytes(sys.inputs.report))
#let ink = rgb("#1e2b3c")
#let soft = rgb("#4a5567")
#let edge = rgb("#c5ccd6")
#let brand = rgb("#14532d")
#let pale = rgb("#e9f3ec")
#let tones = (ok: brand, bad: rgb("#8f1d1d"), error: rgb("#8f1d1d"), warning: rgb("#7a4a00"), note: soft)
#set document(title: d.title, author: "arealregnskap", description: d.description, date: none)
#set text(font: "Noto Sans", fallback: false, lang: d.language, size: 9.5pt, fill: ink, ligatures: false, hyphenate: false)
#set par(leading: 0.6em, spacing: 0.9em)
#set page(
  paper: "a4",
  margin: (x: 18mm, top: 18mm, bottom: 20mm),
  footer: context [
    #set text(size: 7.5pt, fill: soft)
    #d.footer #h(1fr) #d.page #counter(page).display("1 / 1", both: true)
  ],
)
#show title: set text(size: 22pt, weight: "bold", fill: brand)
#show heading.where(level: 1): it => block(
  above: 1.8em, below: 0.9em, sticky: true, width: 100%, inset: (bottom: 4pt), stroke: (bottom: 1.2pt + brand),
  text(size: 14pt, it.body),
)
#show heading.where(level: 2): it => block(above: 1.7em, below: 0.7em, sticky: true, text(size: 10pt, it.body))
#show heading.where(level: 3): it => block(above: 0em, below: 0.6em, sticky: true, text(size: 9pt, it.body))
#show figure.caption: it => block(width: 100%, sticky: true, text(weight: "bold", it.body))
#show figure: set align(left)
#set figure.caption(position: top)

#let small(body) = block(above: 0.6em, below: 0.6em, text(size: 7.5pt, fill: soft, body))
#let marked(cell) = {
  let says = if cell.lang == "" { cell.text } else { text(lang: cell.lang, cell.text) }
  if cell.tone == "" { says } else { text(fill: tones.at(cell.tone), std.strong(says)) }
}

#let cells(heads, row) = row.cells.enumerate().map(((i, cell)) => table.cell(
  align: if heads.at(i).figure { right } else { left },
  if row.closing { std.strong(marked(cell)) } else { marked(cell) },
))

#let grid-of(heads, groups, size: 8pt) = {
  set text(size: size)
  set par(leading: 0.45em)
  table(
    columns: heads.map(h => if h.share > 0 { h.share * 1fr } else { auto }),
    stroke: (x, y) => (bottom: 0.4pt + edge),
    inset: (x: 3pt, y: 2.6pt),
    table.header(..heads.map(h => table.cell(
      align: if h.figure { right + bottom } else { left + bottom },
      fill: rgb("#e7ecf2"),
      std.strong(h.title),
    ))),
    ..for group in groups {
      if group.heading != "" { (table.cell(colspan: heads.len(), fill: pale, std.strong(group.heading)),) }
      for row in group.rows { cells(heads, row) }
    },
  )
}

#let captioned(it, size: 7.5pt) = {
  if it.caption != "" { block(above: 1em, below: 0.6em, sticky: true, text(size: 8pt, fill: soft, it.caption)) }
  grid-of(it.heads, it.groups, size: size)
  if it.shortened != "" { small(it.shortened) }
}

#let drawn(it) = {
  v(0.6em)
  figure(image(bytes(it.svg), format: "svg", alt: it.alt, width: 100%), caption: it.title, kind: "drawing", supplement: none)
  if it.note != "" { small(it.note) }
  if it.at("data", default: none) != none { captioned(it.data, size: 7pt) }
}

#let answer(it) = block(
  width: 100%, fill: pale, stroke: (left: 4pt + brand), inset: (left: 14pt, rest: 11pt), above: 1.4em, below: 1.4em,
)[
  #set par(spacing: 0.8em)
  #for says in it.says { par(text(size: 12pt, says)) }
  #line(length: 100%, stroke: 0.6pt + rgb("#a9c9b5"))
  #par[#std.strong(it.verdict.asks) #marked((lang: "", ..it.verdict.answer)). #it.verdict.says]
]

#let keys(all) = grid(
  columns: (1fr, 1fr, 1fr),
  gutter: 8pt,
  ..all.map(key => block(width: 100%, inset: 7pt, stroke: (top: 2.5pt + brand, rest: 0.6pt + edge))[
    #text(size: 7.5pt, fill: soft, key.name) \\
    #text(size: 12pt, weight: "bold", key.value)
  ])
)

#let cards(all) = grid(
  columns: (1fr, 1fr),
  gutter: 8pt,
  ..all.map(card => block(width: 100%, inset: 7pt, stroke: (left: 2.5pt + rgb("#1d4e89"), rest: 0.6pt + edge), breakable: false)[
    #heading(level: 2, outlined: false)[#card.number #card.title]
    #if card.map != none { image(bytes(card.map.svg), format: "svg", alt: card.map.alt, width: 100%) }
    #for fact in card.facts { block(above: 0.4em, below: 0.4em, text(size: 8pt)[#fact.name: #fact.value]) }
  ])
)

#let facts(it) = {
  if it.title != "" { block(above: 1em, below: 0.6em, sticky: true, text(size: 8pt, fill: soft, it.title)) }
  set text(size: 7.5pt)
  grid(
    columns: (auto, 1fr),
    column-gutter: 10pt,
    row-gutter: 4pt,
    ..for fact in it.facts { (std.strong(fact.name), fact.value) }
  )
}

#let one-table(t) = {
  if t.before != "" { heading(level: 2, text(size: 12pt, t.before)) }
  heading(level: 2, t.title)
  grid-of(t.heads, t.groups, size: if t.heads.len() >= 14 { 6pt } else if t.heads.len() >= 9 { 7pt } else { 8pt })
  if t.shortened != "" { small(t.shortened) }
  if t.footnotes.len() > 0 {
    block(above: 0.7em, breakable: false, text(size: 7.5pt, fill: soft, list(tight: true, marker: [•], spacing: 0.5em, ..t.footnotes)))
  }
}

#let block-of(it) = {
  if it.kind == "text" { par(it.text) }
  else if it.kind == "answer" { answer(it) }
  else if it.kind == "keys" { keys(it.keys) }
  else if it.kind == "drawing" { drawn(it) }
  else if it.kind == "cards" { cards(it.cards) }
  else if it.kind == "grid" { captioned(it.grid) }
  else if it.kind == "facts" { facts(it) }
  else { panic("no block of kind " + it.kind) }
}

// Tables stand on pages upright or turned; what comes before them in their section stands with the first.
#let section-of(s) = {
  let head = if s.headed { heading(level: 1, outlined: s.listed, bookmarked: true, s.heading) }
  let runs = s.blocks.filter(it => it.kind == "tables").map(it => it.runs).flatten()
  let before = {
    head
    for it in s.blocks { if it.kind != "tables" { block-of(it) } }
  }
  if s.page { pagebreak(weak: true) }
  if runs.len() == 0 { before }
  for (i, run) in runs.enumerate() {
    let body = {
      if i == 0 { before }
      for t in run.tables { one-table(t) }
    }
    if run.flipped { page(flipped: true, body) } else { body }
  }
}

#title()
#text(fill: soft, d.program)
#let first = d.sections.position(s => s.listed)
#for (i, s) in d.sections.enumerate() {
  if i == first {
    block(above: 1.8em, below: 0.6em, text(weight: "bold", d.contents))
    set outline.entry(fill: h(1fr))
    outline(title: none, depth: 1)
  }
  section-of(s)
}
`;
