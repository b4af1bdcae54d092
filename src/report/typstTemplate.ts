/**
 * The printed report as a Typst program. It reads its content from `sys.inputs.report`, so no text of anybody's is ever
 * part of the program. Tagged for PDF/UA-1: one title, headings in order, header rows, a description for each drawing.
 */
export const TYPST_TEMPLATE = `
#let d = json(bytes(sys.inputs.report))
#let ink = rgb("#1e2b3c")
#let soft = rgb("#4a5567")
#let line = rgb("#c5ccd6")
#let good = rgb("#0b6b3a")
#let bad = rgb("#a4161a")
#set document(title: d.title, author: "arealregnskap", description: d.lead.join(" "), date: none)
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
#show title: set text(size: 20pt, weight: "bold")
#show heading.where(level: 1): it => block(above: 1.6em, below: 0.8em, sticky: true, text(size: 14pt, it.body))
#show heading.where(level: 2): it => block(above: 1.5em, below: 0.7em, sticky: true, text(size: 10pt, it.body))
#show figure.caption: it => block(width: 100%, sticky: true, text(weight: "bold", it.body))
#show figure: set align(left)
#set figure.caption(position: top)

#let cells(heads, row, strong: false) = row.enumerate().map(((i, text-of)) => table.cell(
  align: if heads.at(i).figure { right } else { left },
  if strong { std.strong(text-of) } else { text-of },
))

#let grid-of(heads, groups, size: 8pt) = {
  set text(size: size)
  set par(leading: 0.45em)
  let ends = if heads.len() == 0 { () } else { heads }
  table(
    columns: ends.map(h => if h.share > 0 { h.share * 1fr } else { auto }),
    stroke: (x, y) => (bottom: 0.4pt + line),
    inset: (x: 3pt, y: 2.6pt),
    table.header(..ends.map(h => table.cell(
      align: if h.figure { right + bottom } else { left + bottom },
      fill: rgb("#e7ecf2"),
      std.strong(h.title),
    ))),
    ..for group in groups {
      if group.heading != "" { (table.cell(colspan: ends.len(), fill: rgb("#f3f5f8"), std.strong(group.heading)),) }
      for row in group.rows { cells(ends, row.cells, strong: row.closing) }
    },
  )
}

#let small(body) = block(above: 0.6em, text(size: 7.5pt, fill: soft, body))
#let facts(all) = for fact in all {
  block(above: 0.5em, below: 0.5em)[#std.strong(fact.name): #text(size: 7.5pt, fact.value)]
}
#let drawing(it) = {
  v(0.6em)
  figure(image(bytes(it.svg), format: "svg", alt: it.alt, width: 100%), caption: it.title, kind: "drawing", supplement: none)
  if it.note != "" { small(it.note) }
}
#let data-of(it) = {
  small(it.caption)
  grid-of(it.heads, ((heading: "", rows: it.rows),), size: 7pt)
  if it.shortened != "" { small(it.shortened) }
}

#title()
#text(fill: soft, d.program)

#for says in d.lead { par(text(size: 12pt, says)) }

= #d.headings.keyFigures
#grid(
  columns: (1fr, 1fr, 1fr),
  gutter: 8pt,
  ..d.keyFigures.map(key => block(width: 100%, inset: 7pt, stroke: 0.6pt + line, radius: 2pt)[
    #text(size: 7.5pt, fill: soft, key.name) \\
    #text(size: 12pt, weight: "bold", key.value)
  ])
)

= #d.headings.map
#if d.map == none [#d.noMap] else { drawing(d.map) }

= #d.headings.figures
#if d.charts.len() == 0 [#d.noFigures]
#for chart in d.charts {
  drawing(chart)
  data-of(chart.data)
}

#let one-table(t) = {
  heading(level: 2, t.title)
  grid-of(t.heads, t.groups, size: if t.heads.len() >= 14 { 6pt } else if t.heads.len() >= 9 { 7pt } else { 8pt })
  if t.shortened != "" { small(t.shortened) }
  for note in t.footnotes { small(note) }
}

#if d.changes.len() > 0 {
  heading(level: 1, d.headings.changes)
  par(d.changesIntro)
  grid(
    columns: (1fr, 1fr),
    gutter: 8pt,
    ..d.changes.map(card => block(width: 100%, inset: 7pt, stroke: 0.6pt + line, radius: 2pt, breakable: false)[
      #std.strong[#card.number #card.title]
      #for fact in card.facts { block(above: 0.4em, below: 0.4em, text(size: 8pt)[#fact.name: #fact.value]) }
    ])
  )
}

#let tables-head = {
  heading(level: 1, d.headings.tables)
  d.tablesIntro
}
#if d.sections.len() == 0 { tables-head }
#for (i, section) in d.sections.enumerate() {
  let body = {
    if i == 0 { tables-head }
    for t in section.tables { one-table(t) }
  }
  if section.flipped { page(flipped: true, body) } else { body }
}

= #d.headings.checks
#d.checksIntro
#{
  set text(size: 7.5pt)
  table(
    columns: (1fr, auto, auto, auto, auto, auto, auto),
    stroke: (x, y) => (bottom: 0.4pt + line),
    inset: (x: 3pt, y: 2.6pt),
    table.header(..d.checkHeads.enumerate().map(((i, title)) => table.cell(
      align: if i > 0 and i < 6 { right + bottom } else { left + bottom },
      fill: rgb("#e7ecf2"),
      std.strong(title),
    ))),
    ..for check in d.checks {
      (check.name,)
      check.figures.map(f => table.cell(align: right, f))
      (text(fill: if check.ok { good } else { bad }, std.strong(check.says)),)
    },
  )
}

#if d.repairs.len() > 0 {
  heading(level: 1, d.headings.repairs)
  for it in d.repairs {
    par(it.intro)
    grid-of(it.heads, ((heading: "", rows: it.rows),))
    if it.wide != "" { par(it.wide) }
    small(it.title)
    grid-of(it.ledgerHeads, ((heading: "", rows: it.terms),))
  }
}

= #d.headings.findings
#if d.warnings.len() == 0 [#d.findingsNone] else {
  par(d.findingsIntro)
  grid-of(d.warningHeads, ((heading: "", rows: d.warnings),), size: 7pt)
}

= #d.headings.method
#for says in d.method { par(says) }

= #d.headings.sources
#grid-of(d.sources.heads, ((heading: "", rows: d.sources.rows),), size: 7pt)
#d.licence
#small(d.ruleSetsTitle)
#facts(d.ruleSets)

= #d.headings.fingerprint
#d.fingerprintSays
#facts(d.fingerprints)
`;
