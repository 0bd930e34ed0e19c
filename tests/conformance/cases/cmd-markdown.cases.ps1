# Markdown as HTML and as text.

#@ case: headings
$text = "# Head One`n`n# Head One`n`n## With *em* & ``code``!"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: paragraphs
$text = "para one`nline two  `nhard break`n`nsecond para\`nbackslash"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: list
$text = "- a`n- b`n  - nested`n- c"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: numbers-loose
$text = "1. one`n2. two`n`n3. three"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: numbers-from-four
$text = "4) four`n5) five"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: loose-list
$text = "- loose`n`n- items"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: quotes
$text = "> quote`n> more`n>> deep"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: fenced-code
$text = "``````powershell`nGet-Item`n  x < y && z`n``````"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: indented-code
$text = "    indented code`n    line2"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: rules
$text = "---`n***"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: images-and-links
$text = "![alt *x*](u.png `"title`") [l](http://x `"t`") <http://auto.link> <a@b.c>"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: html
$text = "text <b>inline</b> html`n`n<div>`nblock`n</div>"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: extra-emphasis
$text = "~~strike~~ H~2~O x^2^ ++ins++ ==mark=="
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: tasks
$text = "- [ ] todo`n- [x] done"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: footnote
$text = "note[^1]`n`n[^1]: the note"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: definition
$text = "term`n: definition"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: addresses
$text = "www.example.com http://plain.url/x?a=1&b=2 text"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: entities
$text = "a & b < c > d `"q`" 'r' &copy; &amp; \*esc\*"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: code-spans
$text = "``a `` b````` ``x``"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: emphasis
$text = "**bold** __bold2__ *it* _it2_ ***both***"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: references
$text = "[ref][id] [id] [none]`n`n[id]: http://ref `"rt`""
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: setext
$text = "line`n===`n`nline2`n---"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: paragraphs-apart
$text = "a`n`n`n`nb"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: math
$text = "`$x^2`$"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: emoji
$text = ":smile:"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: bullets
$text = "* star`n+ plus"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: numbers-with-paragraphs
$text = "1. a`n   para`n`n   more`n2. b"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: tab
$text = "Header`tTab"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: heading-in-other-letters
$text = "# Ünïcode Héading 123 -- x_y.z"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: heading-with-number
$text = "# 1. Numbered"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: heading-of-marks
$text = "# !!!"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: table
$text = "| a | b | c |`n|---|:-:|--:|`n| 1 | 2 | 3 |`n| x | y | **w** |"
($text | ConvertFrom-Markdown).Html

#@ case: options
Get-MarkdownOption | Out-String -Width 80
(Set-MarkdownOption -Theme Light -PassThru).Header2
Set-MarkdownOption -Header1Color '[1m' -BoldForegroundColor '[31m'
(Get-MarkdownOption).Header1, (Get-MarkdownOption).EmphasisBold, (Get-MarkdownOption).Header2
(Get-MarkdownOption).AsEscapeSequence('Header1')
$options = Get-MarkdownOption; $options.SetDarkTheme(); $options.Header2; $options.EnableVT100Encoding
Set-MarkdownOption -Header1Color x

#@ case: files
'# one' | Set-Content one.md
(ConvertFrom-Markdown one.md).Html
(Get-Item one.md | ConvertFrom-Markdown).Html
Show-Markdown one.md
Remove-Item one.md

#@ case: refusals
ConvertFrom-Markdown -Path /nope.md
[System.IO.FileInfo]'/nope.md' | ConvertFrom-Markdown
ConvertFrom-Markdown -InputObject '# b' | Show-Markdown

#@ case: links-and-images
$text = "[a](http://x/ ""title"") <http://auto/> ![img](i.png) [ref] [other][ref]`n`n[ref]: http://r/`n`nhttp://bare.example/x"
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: inline-kinds
$text = 'a **b** __c__ *d* _e_ ***f*** ~~g~~ `h` ``i`j`` \*k\* &amp; &lt; &copy; <b>raw</b> H~2~O 2^10^ ==m== ++n++'
($text | ConvertFrom-Markdown).Html
($text | ConvertFrom-Markdown -AsVT100EncodedString).VT100EncodedString

#@ case: tables-and-rules
$text = "| A | B |`n|---|:-:|`n| 1 | **2** |`n| 3 | |`n`n---`n`n***`n`nSetext`n======`n`nSecond`n---"
($text | ConvertFrom-Markdown).Html
