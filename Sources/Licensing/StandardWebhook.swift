// Standard Webhooks: how one of our servers knows that an event is from the other.

internal import Crypto
internal import Foundation
public import SelvageTypes

/// Signs and verifies webhooks with symmetric keys.
///
/// - Source: Standard Webhooks 1.0: `v1` is HMAC-SHA256 over `id.timestamp.body`.
public enum StandardWebhook {
    /// Why a webhook is refused.
    public enum Refusal: String, Error, Hashable, Sendable {
        /// A header is missing or not in its form.
        case malformedHeaders
        /// The timestamp is further from now than the tolerance.
        case staleTimestamp
        /// No signature is of any of the secrets.
        case wrongSignature

        /// A sentence for people.
        public var sentence: String {
            switch self {
            case .malformedHeaders:
                "The headers webhook-id, webhook-timestamp and webhook-signature must be present."
            case .staleTimestamp:
                "The webhook's timestamp is too far from this server's clock; sign it again."
            case .wrongSignature: "The signature is not one of this server's webhook secrets."
            }
        }
    }

    /// A secret's key: 16 to 128 bytes after `whsec_`, in base64.
    ///
    /// - Returns: nil when the text is anything else.
    public static func key(_ secret: String) -> [UInt8]? {
        let text = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        guard let key = Data(base64Encoded: text), (16...128).contains(key.count) else {
            return nil
        }
        return Array(key)
    }

    /// The value of `webhook-signature`; nil when the secret is not one.
    public static func sign(
        id: String, timestamp: Int64, body: some Sequence<UInt8>, secret: String
    ) -> String? {
        guard let key = key(secret) else { return nil }
        let code = HMAC<SHA256>.authenticationCode(
            for: content(id, String(timestamp), body), using: SymmetricKey(data: key))
        return "v1,\(Data(code).base64EncodedString())"
    }

    /// Checks headers (names in lower case) over the raw body.
    ///
    /// Several signatures may stand in the header while a secret is rotated, and several secrets
    /// may be known; one pair that fits is enough. Codes are compared in constant time.
    ///
    /// - Throws: `Refusal`.
    public static func verify(
        headers: [String: String], body: some Sequence<UInt8>, secrets: [String], now: Instant,
        toleranceInSeconds: Int64 = 300
    ) throws(Refusal) {
        guard let id = headers["webhook-id"], !id.isEmpty, id.count <= 256,
            let stamp = headers["webhook-timestamp"], let signed = Int64(stamp), signed >= 0,
            let signatures = headers["webhook-signature"], signatures.utf8.count <= 4096
        else { throw .malformedHeaders }
        let age = now.microseconds / 1_000_000 - min(signed, 1 << 40)
        guard abs(age) <= toleranceInSeconds else { throw .staleTimestamp }
        let message = content(id, stamp, body)
        let codes = signatures.split(separator: " ").compactMap { part -> Data? in
            let pieces = part.split(separator: ",", maxSplits: 1)
            guard pieces.count == 2, pieces[0] == "v1" else { return nil }
            return Data(base64Encoded: String(pieces[1]))
        }
        let keys = secrets.compactMap { key($0) }.map { SymmetricKey(data: $0) }
        let fits = keys.contains { key in
            codes.contains { code in
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: key)
            }
        }
        guard fits else { throw .wrongSignature }
    }

    private static func content(
        _ id: String, _ timestamp: String, _ body: some Sequence<UInt8>
    ) -> Data {
        var content = Data("\(id).\(timestamp).".utf8)
        content.append(contentsOf: Array(body))
        return content
    }
}
