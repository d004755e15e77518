// How a message proves whom it comes from: Standard Webhooks headers, several secrets while rotating.

internal import Licensing
public import SelvageTypes

extension OutboxRelay {
    /// A message that could not be signed.
    ///
    /// Compare `reason`; `detail` is for people and may change.
    public struct SigningError: Error, Hashable, Sendable, CustomStringConvertible {
        /// Why a message could not be signed.
        public enum Reason: Hashable, Sendable {
            /// No secret is kept for the receiver.
            case noSecret
            /// A secret is not `whsec_` and base64 of 16 to 128 bytes.
            case malformedSecret
        }

        /// What kind of failure it was.
        public let reason: Reason
        /// One sentence for people; it never holds the secret.
        public let detail: String

        public var description: String { detail }
    }

    /// Signs with Standard Webhooks: `webhook-id` is the message's id, so a repeat is known as one.
    ///
    /// - Parameter secrets: The secrets shared with a message's receiver, the newest first; several
    ///   while they are rotated.
    /// - Source: Standard Webhooks 1.0.
    public static func standardWebhooks(
        secrets: @escaping @Sendable (OutboxMessage) async throws -> [String]
    ) -> Signer {
        { message, now in
            let known = try await secrets(message)
            guard !known.isEmpty else {
                throw SigningError(
                    reason: .noSecret,
                    detail: "no webhook secret is kept for \(message.receiver); "
                        + "`selvage keys new` makes one")
            }
            // Rounded down, as a receiver's clock reads the same moment.
            let timestamp = now.microseconds / 1_000_000
            let signatures = known.compactMap {
                StandardWebhook.sign(
                    id: message.id, timestamp: timestamp, body: message.body.utf8, secret: $0)
            }
            guard signatures.count == known.count else {
                throw SigningError(
                    reason: .malformedSecret,
                    detail: "a webhook secret for \(message.receiver) is not one; "
                        + "`selvage keys rotate` replaces it")
            }
            return [
                HeaderField("webhook-id", message.id),
                HeaderField("webhook-timestamp", String(timestamp)),
                HeaderField("webhook-signature", signatures.joined(separator: " ")),
            ]
        }
    }
}
