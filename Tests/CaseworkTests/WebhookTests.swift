// What a message carries to prove whom it comes from.

import Foundation
import Licensing
import SelvageTypes
import Testing

@testable import Casework

@Suite("Webhook headers")
struct WebhookTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let other = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()

    private func message() throws -> OutboxMessage {
        let receiver = try Fixtures.address("https://licences.example/events")
        return try FindingEvent(try Fixtures.fern().finding)
            .message(to: receiver, licensor: "studio", at: Fixtures.seen)
    }

    @Test("While secrets are rotated the receiver may know either one; a changed body fits neither")
    func rotation() async throws {
        let message = try message()
        let sign = OutboxRelay.standardWebhooks { [secret, other] _ in [secret, other] }
        let fields = try await sign(message, Fixtures.seen)
        let headers = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
        #expect(headers["webhook-id"] == message.id)
        for known in [secret, other] {
            try StandardWebhook.verify(
                headers: headers, body: message.body.utf8, secrets: [known], now: Fixtures.seen)
        }
        #expect(throws: StandardWebhook.Refusal.wrongSignature) {
            try StandardWebhook.verify(
                headers: headers, body: (message.body + " ").utf8, secrets: [secret],
                now: Fixtures.seen)
        }
    }

    @Test("A receiver without a secret is not sent anything unsigned")
    func noSecret() async throws {
        let sign = OutboxRelay.standardWebhooks { _ in [] }
        let message = try message()
        let error = await #expect(throws: OutboxRelay.SigningError.self) {
            try await sign(message, Fixtures.seen)
        }
        #expect(error?.reason == .noSecret)
        let clock = SimulatedClock()
        let receiver = UnreliableReceiver(clock, seed: 1, shareOfFailures: 0)
        let store = MemoryOutbox([message])
        let relay = OutboxRelay(store: store, sender: receiver, clock: clock, sign: sign)
        let report = try await relay.drain(until: Fixtures.seen.advanced(milliseconds: 1_000))
        #expect(report.postponed == 1 && receiver.record.attempts == 0)
    }
}
