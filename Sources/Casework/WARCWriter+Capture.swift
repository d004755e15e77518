// One capture as WARC records: a response and a request for each hop.

public import SelvageTypes

extension WARCWriter {
    /// Appends a capture: a response and its request for each hop, as they were on the wire.
    ///
    /// - Throws: `EvidenceError` when a body is larger than a record may be.
    public mutating func append(_ capture: StoredCapture) throws(EvidenceError) {
        for (index, hop) in capture.hops.enumerated() {
            let isLast = index == capture.hops.count - 1
            let body = isLast ? capture.body : []
            var further: [HeaderField] = []
            if let peer = Self.ipAddress(hop.peer) {
                further = [HeaderField("WARC-IP-Address", peer)]
            }
            // The heads are then written in the form of HTTP/1.1, as HTTP/2 has none as text.
            if let spoken = hop.wireProtocol {
                further.append(HeaderField("WARC-Protocol", spoken))
            }
            let digest = HeaderField("WARC-Payload-Digest", "sha256:\(Digest(of: body).hex)")
            // Bodies of redirects are not kept; the record says so.
            let isCut = !isLast && ArchivedHead.announcesBody(hop.responseHead)
            let cut = isCut ? [HeaderField("WARC-Truncated", "unspecified")] : []
            let head = ArchivedHead.bytes(hop.responseHead, bodyInBytes: body.count)
            let response = try append(
                kind: "response", address: hop.address.description, date: capture.began,
                contentType: "application/http;msgtype=response", block: head + body,
                further: further + cut + [digest])
            try append(
                kind: "request", address: hop.address.description, date: capture.began,
                contentType: "application/http;msgtype=request",
                block: ArchivedHead.latin1(hop.requestHead),
                further: further + [HeaderField("WARC-Concurrent-To", "<\(response)>")])
        }
    }

    /// The address of `address:port`; nil when it is none, as in replayed captures.
    private static func ipAddress(_ peer: String) -> String? {
        let address = peer.split(separator: ":", omittingEmptySubsequences: false).dropLast()
            .joined(separator: ":").filter { $0 != "[" && $0 != "]" }
        let isAddress = address.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
        return isAddress && address.count > 1 ? address : nil
    }
}
