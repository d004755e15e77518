// Reports leave the house: signed, sent until confirmed, once in effect.

public import Casework
internal import Fetching
internal import Licensing
internal import Persistence
public import Logging
public import SelvageTypes

/// Sends what is owed to licensing servers.
public struct Delivery: Sendable {
    private let workspace: Workspace
    private let clock: any Timekeeper
    private let logger: Logger

    /// Delivery from a data folder.
    public init(workspace: Workspace, clock: any Timekeeper, logger: Logger) {
        self.workspace = workspace
        self.clock = clock
        self.logger = logger
    }

    /// Sends what is owed, waiting for later tries as long as they fall into the time given.
    ///
    /// - Parameter secret: The name of the webhook secret in the key folder.
    /// - Throws: `StoreError`, also when there is no such secret.
    public func send(to server: WebAddress, secret: String, forSeconds seconds: Int64) async throws
        -> DeliveryReport
    {
        // Without anything owed no secret is needed, and no connection either.
        guard let receiver = WebAddress("events", relativeTo: server)?.description,
            try await workspace.store.nextDue(to: receiver) != nil
        else { return DeliveryReport() }
        let text = try workspace.keys.secret(named: secret).text
        let sender = try CurlFetcher(settings: ReceiverNetwork.settings(for: server))
        defer { sender.shutDown() }
        let logger = logger
        let relay = OutboxRelay(
            store: workspace.store, sender: sender, clock: clock,
            receiver: receiver,
            sign: { message, now in try Self.fields(message, now, secret: text) },
            observe: { message, decision in
                logger.debug(
                    "report tried",
                    metadata: ["event": "\(message.id)", "outcome": "\(decision)"])
            })
        return try await relay.drain(until: clock.now().advanced(milliseconds: seconds * 1000))
    }

    /// Sends what is owed to a plan's server, if it names one, without waiting for later tries.
    @discardableResult
    public func sendOwed(of plan: Plan) async throws -> DeliveryReport? {
        guard let server = plan.report.server else { return nil }
        return try await send(to: server, secret: plan.report.secret, forSeconds: 20)
    }

    private static func fields(_ message: OutboxMessage, _ now: Instant, secret: String) throws
        -> [HeaderField]
    {
        let timestamp = now.microseconds / 1_000_000
        let signature = StandardWebhook.sign(
            id: message.id, timestamp: timestamp, body: message.body.utf8, secret: secret)
        guard let signature else {
            throw ScanError(.settings, "The webhook secret is not one: `whsec_` and base64.")
        }
        return [
            HeaderField("webhook-id", message.id),
            HeaderField("webhook-timestamp", String(timestamp)),
            HeaderField("webhook-signature", signature),
        ]
    }
}
