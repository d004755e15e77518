// A body as the loop received it: counted and perhaps still packed, to be finished elsewhere.

internal import SelvageTypes

/// A body as the loop received it, within its limits.
///
/// The loop must not spend its time on unpacking and hashing: a packed body that came quickly leaves
/// it packed, and whoever asked finishes it on a thread of their own.
struct ReceivedBody: Sendable {
    /// The bytes; without codings unless `codings` names some.
    var bytes: [UInt8] = []
    /// Codings still to be removed, lower case, in the order they were applied.
    var codings: [String] = []
    /// The digest, when the bytes were hashed as they came and not kept.
    var digest: RunningDigest?
    /// Why the body was not read to its end; nil when it was.
    var ruledOut: ImageScreen.Objection?

    /// The body without its codings.
    ///
    /// - Throws: `Fault` with `tooLarge` or `badEncoding`.
    func unpacked(limitInBytes: Int) throws(Fault) -> [UInt8] {
        guard !codings.isEmpty else { return bytes }
        if codings == ["gzip"],
            let body = GzipBody.unpacked(bytes, limitInBytes: limitInBytes)
        {
            return body
        }
        var decoder = try ContentDecoder(codings: codings, limitInBytes: limitInBytes)
        try decoder.take(bytes)
        return try decoder.finish()
    }
}
