//! Plain text as HTML: nothing but letters, links and what was quoted.

/// Text as HTML. Addresses of pages become links; quoted lines are told apart.
pub(super) fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let quoted = line.starts_with('>');
        if quoted {
            html.push_str("<span class=\"quoted\">");
        }
        link(line, &mut html);
        if quoted {
            html.push_str("</span>");
        }
        html.push('\n');
    }
    html
}

fn link(line: &str, html: &mut String) {
    let mut rest = line;
    while let Some(at) = find(rest) {
        let (before, from) = rest.split_at(at);
        escape(before, html);
        let end = from
            .find(|c: char| c.is_whitespace() || "<>\"'`{}|\\^".contains(c))
            .unwrap_or(from.len());
        // What ends a sentence ends no address.
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*']);
        html.push_str("<a href=\"");
        escape(address, html);
        html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
        escape(address, html);
        html.push_str("</a>");
        rest = &from[address.len()..];
    }
    escape(rest, html);
}

/// Where the address of a page begins.
fn find(text: &str) -> Option<usize> {
    let at = |scheme: &str| {
        text.match_indices(scheme)
            .find(|(at, _)| {
                let more = text[at + scheme.len()..].chars().next();
                more.is_some_and(char::is_alphanumeric)
            })
            .map(|(at, _)| at)
    };
    match (at("https://"), at("http://")) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Letters that mean something in HTML, spelled out.
pub(super) fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => {}
            letter => html.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stay_letters() {
        assert_eq!(
            to_html("<b>\"a\" & 'b'"),
            "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;\n"
        );
        let html = to_html("xem (https://a.vn/x?a=1&b=\"><script>). Rồi");
        assert!(
            html.contains("href=\"https://a.vn/x?a=1&amp;b=\""),
            "{html}"
        );
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(to_html("http:// https://"), "http:// https://\n");
        assert!(to_html("> đã viết").starts_with("<span class=\"quoted\">&gt;"));
    }
}
