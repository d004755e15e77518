// Asking a time-stamp authority (RFC 3161), and what of its answer a manifest carries.

internal import SelvageTypes
internal import SwiftASN1

/// What an authority is asked to vouch for: that these bytes were there.
///
/// The authority sees a hash only. Sending it is the caller's: a POST of `bytes` with
/// `application/timestamp-query`, which is answered by `application/timestamp-reply`.
///
/// - Source: RFC 3161, 2.4.1 and 3.4.
public struct TimeStampRequest: Hashable, Sendable {
    /// The media type of the request.
    public static let mediaType = "application/timestamp-query"
    /// The most bytes of an answer that are looked at.
    public static let answerLimitInBytes = ManifestTimeStamp.limit

    /// The request in DER.
    public let bytes: [UInt8]
    private let message: [UInt8]
    private let nonce: [UInt8]

    /// A request for bytes.
    ///
    /// - Parameter random: Where the nonce comes from, by which an old answer is told.
    init(
        for message: [UInt8], using random: inout some RandomNumberGenerator
    ) throws(ManifestError) {
        self.message = message
        // Positive and of eight bytes, so that it is an integer in its shortest form.
        nonce =
            [0x40 | UInt8.random(in: 0..<64, using: &random)]
            + (0..<7).map { _ in UInt8.random(in: 0...255, using: &random) }
        let imprint = ManifestHash.sha256.digest(of: message)
        var serializer = DER.Serializer()
        do {
            try serializer.appendConstructedNode(identifier: .sequence) { [nonce] request in
                try request.serialize(1)
                try request.appendConstructedNode(identifier: .sequence) { stamped in
                    try stamped.appendConstructedNode(identifier: .sequence) { algorithm in
                        try algorithm.serialize(
                            ASN1ObjectIdentifier(elements: [2, 16, 840, 1, 101, 3, 4, 2, 1]))
                        try algorithm.serialize(ASN1Null())
                    }
                    try stamped.serialize(ASN1OctetString(contentBytes: imprint[...]))
                }
                request.appendPrimitiveNode(identifier: .integer) { $0 += nonce }
                try request.serialize(true)
            }
        } catch {
            throw ManifestError(.unusableTimeStamp, "The request could not be written: \(error).")
        }
        bytes = serializer.serializedBytes
    }

    /// The token of an authority's answer.
    ///
    /// - Throws: `ManifestError`, `.unusableTimeStamp` when the authority refused, or what it sent
    ///   is not a stamp of these bytes and for this request.
    func token(in answer: [UInt8]) throws(ManifestError) -> (bytes: [UInt8], moment: Instant) {
        do throws(DERError) {
            var items = try DERItems(ASN1Node(parsing: answer, limit: ManifestTimeStamp.limit))
            var status = try DERItems(try items.next())
            let number = Array(try status.next().value)
            guard number == [0] || number == [1] else {
                throw DERError(detail: "the authority refused (status \(number.first ?? 255))")
            }
            let token = Array(try items.next().encodedBytes)
            let stamp = try ManifestTimeStamp(reading: token)
            guard stamp.covers(message), stamp.nonce == nonce else {
                throw DERError(detail: "the answer is to another request")
            }
            return (token, stamp.moment)
        } catch {
            throw ManifestError(
                .unusableTimeStamp, "The time-stamp cannot be used: \(error.detail).")
        }
    }
}
