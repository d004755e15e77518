// A time-stamp authority over HTTP.

internal import Fetching
public import SelvageTypes

/// A time-stamp authority at an address.
///
/// It is given hashes only, and signs when it saw them.
///
/// - Source: RFC 3161, 3.4.
public struct TimeStampAuthority: Sendable {
    private let address: WebAddress

    /// An authority at an address.
    public init(at address: WebAddress) {
        self.address = address
    }

    /// Its answer to a request, not looked into yet.
    ///
    /// - Throws: `ScanError` when there is none.
    public func answer(to request: [UInt8]) async throws -> [UInt8] {
        let sender = try CurlFetcher(settings: ReceiverNetwork.settings(for: address))
        defer { sender.shutDown() }
        let answer: Answer
        do {
            answer = try await sender.post(
                request, to: address,
                headers: [
                    HeaderField("Content-Type", "application/timestamp-query"),
                    HeaderField("Accept", "application/timestamp-reply"),
                ])
        } catch {
            throw ScanError(
                .noTimeStamp,
                "\(address): the time-stamp authority does not answer: \(error.detail)")
        }
        guard answer.status == 200 else {
            throw ScanError(
                .noTimeStamp,
                "\(address): the time-stamp authority answered \(answer.status) instead of a stamp")
        }
        return answer.body
    }
}
