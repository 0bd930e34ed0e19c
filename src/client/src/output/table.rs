//! Columns of text, in the look of PowerShell's Format-Table.

/// A table with a header. Cells of the last column may be as long as they like.
pub(super) fn lines(headers: &[&str], rows: &[Vec<String>], width: Option<u16>) -> Vec<String> {
    let column = |index: usize| {
        let cells = rows.iter().filter_map(move |row| row.get(index)).map(|cell| cell.chars().count());
        cells.chain(headers.get(index).map(|h| h.chars().count())).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..headers.len()).map(column).collect();
    if let Some(width) = width {
        shrink(&mut widths, headers, usize::from(width));
    }
    let line = |cells: &mut dyn Iterator<Item = String>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, &width)| pad(&cell, width)).collect();
        padded.join(GAP).trim_end().to_owned()
    };
    let mut out = vec![line(&mut headers.iter().map(|h| (*h).to_owned()))];
    out.push(line(&mut headers.iter().map(|h| "-".repeat(h.chars().count()))));
    out.extend(rows.iter().map(|row| line(&mut row.iter().cloned())));
    out
}

const GAP: &str = "   ";

/// Takes columns from the widest until the line fits, never below its header.
fn shrink(widths: &mut [usize], headers: &[&str], total: usize) {
    let floor: Vec<usize> = headers.iter().map(|h| h.chars().count()).collect();
    while widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1) > total {
        let shrinkable = widths.iter_mut().zip(&floor).filter(|(width, floor)| **width > **floor);
        let Some((widest, _)) = shrinkable.max_by_key(|(width, _)| **width) else { return };
        *widest -= 1;
    }
}

fn pad(cell: &str, width: usize) -> String {
    let length = cell.chars().count();
    if length <= width {
        return format!("{cell}{}", " ".repeat(width - length));
    }
    let cut: String = cell.chars().take(width.saturating_sub(1)).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn rows() -> Vec<Vec<String>> {
        vec![vec!["1".into(), "build".into(), "a.long.host.example".into()], vec!["10".into(), "x".into(), "b".into()]]
    }

    #[test]
    fn columns() {
        let got = lines(&["Id", "Name", "ComputerName"], &rows(), None);
        assert_eq!(
            got,
            [
                "Id   Name    ComputerName",
                "--   ----    ------------",
                "1    build   a.long.host.example",
                "10   x       b",
            ]
        );
    }

    #[test]
    fn cut_to_the_width_and_never_wrapped() {
        for width in [28, 25] {
            let got = lines(&["Id", "Name", "ComputerName"], &rows(), Some(width));
            assert!(got.iter().all(|l| l.chars().count() <= usize::from(width)), "{got:?}");
            assert!(got[2].ends_with('…'), "{got:?}");
        }
        // Headers are never cut.
        assert_eq!(lines(&["Id", "Name"], &rows(), Some(3))[0], "Id   Name");
    }
}
