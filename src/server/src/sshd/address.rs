//! Address patterns of the `from=` option of authorized_keys (sshd(8), AUTHORIZED_KEYS FILE FORMAT).

use std::net::IpAddr;

/// Whether `address` is in a comma-separated list of addresses, with `*` and `?`, of networks such as `192.0.2.0/24`, and of
/// such patterns negated by `!`. Host names match nothing: addresses are not looked up.
pub(super) fn is_listed(address: IpAddr, list: &str) -> bool {
    let address = address.to_canonical();
    let mut listed = false;
    for pattern in list.split(',').map(str::trim) {
        match pattern.strip_prefix('!') {
            Some(negated) if matches(address, negated) => return false,
            Some(_) => {}
            None => listed |= matches(address, pattern),
        }
    }
    listed
}

fn matches(address: IpAddr, pattern: &str) -> bool {
    match pattern.split_once('/') {
        Some((network, length)) => match (network.parse(), length.parse()) {
            (Ok(network), Ok(length)) => is_within(address, network, length),
            _ => false,
        },
        None => is_like(address.to_string().as_bytes(), pattern.as_bytes()),
    }
}

fn is_within(address: IpAddr, network: IpAddr, length: u32) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    };
    let ((address, width), (network, network_width)) = (bits(address), bits(network));
    let shift = 128_u32.checked_sub(length);
    width == network_width
        && length <= width
        && shift.is_some_and(|shift| (address ^ network).checked_shr(shift).unwrap_or(0) == 0)
}

/// `*` stands for any run of characters, `?` for one. One point to come back to, so the cost is bounded.
fn is_like(text: &[u8], pattern: &[u8]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut star = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&q) if q == b'?' || q == c => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|&c| c == b'*')
}

#[cfg(test)]
mod tests {
    use super::is_listed;

    #[test]
    fn lists() {
        for (address, list, expected) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.*", true),
            ("192.0.2.7", "192.0.?.7,10.*", true),
            ("192.0.2.7", "10.*", false),
            ("192.0.2.7", "192.0.2.0/24", true),
            ("192.0.3.7", "192.0.2.0/24", false),
            ("192.0.2.7", "!192.0.2.7,192.0.2.0/24", false),
            ("192.0.2.7", "!10.0.0.1", false),
            ("192.0.2.7", "0.0.0.0/0", true),
            ("192.0.2.7", "::/0", false),
            ("::ffff:192.0.2.7", "192.0.2.0/24", true),
            ("2001:db8::1", "2001:db8::/32", true),
            ("2001:db9::1", "2001:db8::/32", false),
            ("::1", "::1/128", true),
            ("192.0.2.7", "192.0.2.7/33", false),
            ("192.0.2.7", "192.0.2.7/x,host.example", false),
        ] {
            assert_eq!(is_listed(address.parse().unwrap(), list), expected, "{address} {list}");
        }
    }
}
