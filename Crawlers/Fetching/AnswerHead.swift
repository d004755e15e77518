// The head of an answer: its status and fields, and whether it contradicts itself.

internal import SelvageTypes

/// The head of an answer.
///
/// - Source: RFC 9112 sections 4 and 5.
struct AnswerHead: Hashable, Sendable {
    /// The status, 100...599.
    let status: Int
    /// The fields in their order; names as sent, values without surrounding white space, Latin-1.
    let fields: [HeaderField]
    /// The head as received, with the empty line, Latin-1.
    let text: String
    /// The members of Content-Encoding, lower case, in the order they were applied.
    let contentCodings: [String]
    private let lengths: [String]
    private let transferCodings: [String]

    /// Reads a head.
    ///
    /// - Parameter mayBeHTTP2: The head may be libcurl's rendering of one that came over HTTP/2,
    ///   which is kept in the form of HTTP/1.1.
    /// - Throws: `Fault` when the first line is no status line.
    init(_ bytes: [UInt8], mayBeHTTP2: Bool = false) throws(Fault) {
        let firstEnd = bytes.firstIndex(of: 0x0A) ?? bytes.endIndex
        let line = latin1Text(Self.withoutReturn(bytes[..<firstEnd]))
        let isHTTP2 = mayBeHTTP2 && line.hasPrefix("HTTP/2 ")
        status = try Self.status(of: line, isHTTP2: isHTTP2)
        fields = Self.fields(of: bytes[min(firstEnd + 1, bytes.endIndex)...])
        let framing = Self.framing(of: fields)
        (contentCodings, lengths) = (framing.codings, framing.lengths)
        transferCodings = framing.transferCodings
        text = isHTTP2 ? "HTTP/1.1 " + latin1Text(bytes[7...]) : latin1Text(bytes)
    }

    private static func status(of line: String, isHTTP2: Bool) throws(Fault) -> Int {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, isHTTP2 || parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0",
            parts[1].utf8.count == 3, let status = plainNumber(parts[1], limit: 599), status >= 100
        else {
            throw Fault(
                .brokenAnswer,
                "The answer begins with \"\(line.prefix(40))\", not an HTTP status line.")
        }
        return status
    }

    private static func fields(of bytes: ArraySlice<UInt8>) -> [HeaderField] {
        var fields: [HeaderField] = []
        fields.reserveCapacity(16)
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
            let line = withoutReturn(bytes[start..<end])
            start = end + 1
            if line.first == 0x20 || line.first == 0x09 {  // A folded line goes on with the last.
                guard let last = fields.indices.last else { continue }
                fields[last].value += " " + latin1Text(trimmed(line))
            } else if let colon = line.firstIndex(of: 0x3A) {
                fields.append(
                    HeaderField(
                        latin1Text(trimmed(line[..<colon])),
                        latin1Text(trimmed(line[(colon + 1)...]))))
            }
        }
        return fields
    }

    private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.last == 0x0D ? line.dropLast() : line
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    /// The members of the fields that say how the body comes; one look at each field's name.
    private static func framing(
        of fields: [HeaderField]
    ) -> (codings: [String], lengths: [String], transferCodings: [String]) {
        var framing: (codings: [String], lengths: [String], transferCodings: [String]) =
            ([], [], [])
        for index in fields.indices {
            switch fields[index].name.utf8.count {
            case 14 where fields[index].isNamed("content-length"):
                framing.lengths += members(fields[index].value)
            case 16 where fields[index].isNamed("content-encoding"):
                framing.codings += members(fields[index].value)
            case 17 where fields[index].isNamed("transfer-encoding"):
                framing.transferCodings += members(fields[index].value)
            default: continue
            }
        }
        return framing
    }

    /// The members of a comma-separated list, lower case.
    private static func members(_ value: String) -> [String] {
        value.split(separator: ",")
            .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            .filter { !$0.isEmpty }
    }
}

extension AnswerHead {
    /// The announced length of the body; nil when there is none or the body is chunked.
    var length: Int? {
        guard transferCodings.isEmpty else { return nil }
        return lengths.first.flatMap { plainNumber($0, limit: .max) }
    }

    /// Whether the answer sends us on to another address.
    var isRedirect: Bool {
        switch status {
        case 301, 302, 303, 307, 308: fields.first("location") != nil
        default: false
        }
    }

    private static let conditions = [
        "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range",
    ]

    /// Refuses an answer that contradicts itself or what was asked.
    ///
    /// - Source: RFC 9112 section 6.3 (lengths); RFC 9110 sections 15.2.2, 15.3.7, 15.4.5.
    func check(asked: [HeaderField]) throws(Fault) {
        guard lengths.allSatisfy({ plainNumber($0, limit: .max) != nil }) else {
            throw Fault(.brokenAnswer, "The answer's Content-Length is not a number.")
        }
        guard Set(lengths).count <= 1 else {
            throw Fault(.brokenAnswer, "The answer has two different Content-Lengths.")
        }
        guard transferCodings.isEmpty || transferCodings == ["chunked"] else {
            throw Fault(.brokenAnswer, "The answer's transfer coding is not one that was offered.")
        }
        if status < 200 {
            throw Fault(.brokenAnswer, "The answer changes the protocol, which was not asked for.")
        }
        if status == 206, asked.first("range") == nil {
            throw Fault(.brokenAnswer, "The answer is a part (206), but the whole was asked for.")
        }
        if status == 304, Self.conditions.allSatisfy({ asked.first($0) == nil }) {
            throw Fault(.brokenAnswer, "The answer is \"not modified\" (304) to no condition.")
        }
    }
}
