use congvu_message::binary::{BinaryToBase64, StrayNul};
use congvu_message::encoding::Decoder;
use congvu_message::{Analyzer, Kind, fuzzing};

fn rewrite(message: &[u8]) -> Result<Vec<u8>, StrayNul> {
    let mut out = Vec::new();
    let mut rewriter = BinaryToBase64::new();
    rewriter.push(message, &mut out)?;
    rewriter.finish(&mut out)?;
    fuzzing::binary(message);
    Ok(out)
}

fn check(message: &[u8], expected: &str) {
    let out = rewrite(message).expect("no stray NUL");
    assert_eq!(String::from_utf8_lossy(&out), expected);
}

#[test]
fn what_is_not_binary_stays_as_it_is() {
    for message in [
        "",
        "Subject: a\r\n\r\nplain",
        "Subject: a",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\npre\r\n--x\r\n\r\na\r\n--y\r\n--x--\r\nepi\r\n",
        "Content-Transfer-Encoding: 8bit\n\nbare\nlines\n",
        "Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: binary\r\n\r\n--x\r\nA: b\r\n--x--",
    ] {
        check(message.as_bytes(), message);
    }
}

#[test]
fn binary_parts_become_base64() {
    check(
        b"Content-Type: image/png\r\ncontent-transfer-encoding:\r\n binary\r\nX: y\r\n\r\nA\0B\0C",
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nX: y\r\n\r\nQQBCAEM=",
    );
    // The line end before a boundary is the boundary's.
    check(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n\
          --x\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\r\n\r\n\r\n\
          --x\r\nContent-Transfer-Encoding: BINARY\r\n\r\n\r\n\
          --x\r\n\r\ntext\r\n--x--\r\n",
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n\
         --x\r\nContent-Transfer-Encoding: base64\r\n\r\nAA0KDQo=\r\n\
         --x\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n\
         --x\r\n\r\ntext\r\n--x--\r\n",
    );
    // In a message within a message too.
    check(
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\n\
          Content-Transfer-Encoding: binary\r\n\r\n\0\r\n",
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nAA0K",
    );
}

#[test]
fn nul_elsewhere_is_refused() {
    for message in [
        &b"Subject: a\0\r\n\r\nb"[..],
        b"Subject: a\r\n\r\nb\0",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n\0\r\n--x\r\n\r\na\r\n--x--",
        b"Content-Transfer-Encoding: base64\r\n\r\n\0",
    ] {
        assert_eq!(rewrite(message), Err(StrayNul));
    }
}

/// Whatever the part holds, it comes back byte for byte.
#[test]
fn every_octet_comes_back() {
    let mut state = 7_u32;
    for len in [0, 1, 56, 57, 58, 114, 1_000, 70_000] {
        let mut octets = Vec::new();
        for _ in 0..len {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Many line ends and dashes.
            octets.push(b"\r\n--x\0\xffab"[(state >> 24) as usize % 9]);
        }
        let mut message = b"Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\n\
            Content-Transfer-Encoding: binary\r\n\r\n"
            .to_vec();
        message.extend_from_slice(&octets);
        message.extend_from_slice(b"\r\n--xyz--\r\n");
        let out = rewrite(&message).expect("no stray NUL");
        assert!(out.split(|&b| b == b'\n').all(|line| line.len() <= 77));
        let mut analyzer = Analyzer::new();
        analyzer.feed(&out);
        let structure = analyzer.finish().structure;
        let Kind::Multipart(parts) = &structure.kind else {
            panic!("{structure:?}");
        };
        assert_eq!((parts.len(), parts[0].encoding.as_str()), (1, "base64"));
        let body = &out[parts[0].body_start as usize..parts[0].body_end as usize];
        let mut decoded = Vec::new();
        let mut decoder = Decoder::new("base64");
        decoder.push(body, &mut decoded);
        decoder.finish(&mut decoded);
        assert!(decoded == octets, "{len}");
    }
}
