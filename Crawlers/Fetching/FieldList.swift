// Lines in the form of libcurl's lists, owned: header fields, addresses of hosts.

internal import CCurl
internal import SelvageTypes

/// Lines in the form of libcurl's lists.
///
/// A handle that uses it must let it go before it is freed.
final class FieldList {
    /// The first of the lines; nil when there are none.
    let first: UnsafeMutablePointer<curl_slist>?

    /// The header fields of an exchange.
    convenience init(_ exchange: Exchange) {
        var lines = exchange.fields.map { field in
            // libcurl's spelling of a field with an empty value.
            field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        if exchange.message != nil {
            lines.append("Expect:")
            if exchange.fields.first("content-type") == nil { lines.append("Content-Type:") }
        }
        self.init(lines)
    }

    /// Some lines, Latin-1.
    init(_ lines: [String]) {
        first = lines.reduce(nil) { list, line in
            // ASCII is Latin-1 as it stands.
            guard !line.utf8.allSatisfy({ $0 < 0x80 }) else {
                return curl_slist_append(list, line) ?? list
            }
            let bytes = latin1Bytes(line).map(CChar.init(bitPattern:)) + [0]
            return curl_slist_append(list, bytes) ?? list
        }
    }

    deinit { curl_slist_free_all(first) }
}
