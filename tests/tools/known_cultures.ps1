# Writes the cultures of .NET: `pwsh -NoProfile -File known_cultures.ps1 > src/engine/src/types/cultures.txt`.
# One a line: name, LCID, display name, ISO name of three letters, Windows name of three letters, whether it is neutral,
# the parent, the name in its own language.
[cultureinfo]::GetCultures('AllCultures') | Where-Object Name | ForEach-Object {
    $_.Name, $_.LCID, $_.DisplayName, $_.ThreeLetterISOLanguageName, $_.ThreeLetterWindowsLanguageName, $_.IsNeutralCulture, $_.Parent.Name, $_.NativeName -join '|'
}
