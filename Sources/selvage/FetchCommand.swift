// `selvage fetch`: one address, as the crawler would fetch it.

import ArgumentParser
import Fetching
import Foundation
import Monitoring
import SelvageTypes

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch one address as the crawler would, and keep what came.",
        discussion: """
            Writes `body` and `capture.json` (address chain, status, headers, digest, times, peer, HTTP version). \
            Succeeds only when a complete answer with a status from 200 to 299 came.

            Examples:
              selvage fetch https://shop.example/p/1 --out p1
              selvage fetch http://127.0.0.1:8080/ --out here --allow 127.0.0.0/8
            """)

    @Argument(help: ArgumentHelp("The address.", valueName: "address"))
    var address: String

    @Option(help: ArgumentHelp("Where `body` and `capture.json` are written.", valueName: "folder"))
    var out: String

    @Option(
        help: ArgumentHelp(
            "A private range that may be reached, CIDR[:port]; may be repeated.", valueName: "range"
        ))
    var allow: [String] = []

    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard let target = WebAddress(address) else {
            throw Failure.usage("\(address): not an http or https address")
        }
        var settings = FetchSettings(
            userAgent: "selvage/\(Version.current)",
            policy: NetworkPolicy(
                allowing: try allow.map(ScanCommand.range).compactMap {
                    NetworkPolicy.Allowance($0)
                },
                seedOrigins: [target.origin]))
        settings.connections = 2
        let fetcher = try CurlFetcher(settings: settings)
        defer { fetcher.shutDown() }
        let capture: Capture
        do {
            var request = FetchRequest(target)
            request.limits.totalInMilliseconds = 15_000
            capture = try await fetcher.fetch(request)
        } catch {
            throw Failure("\(error.address): \(error.detail)")
        }
        try keep(capture)
        guard (200...299).contains(capture.status) else {
            throw Failure(
                "\(capture.address): the server answered \(capture.status); its answer is in \(out)"
            )
        }
    }

    private func keep(_ capture: Capture) throws {
        let record = CaptureRecord(capture)
        do {
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            try Data(capture.body).write(to: URL(fileURLWithPath: "\(out)/body"))
            let text = try JSONValue(encoding: record).canonicalText
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(out)/capture.json"))
        } catch {
            throw Failure("\(out): cannot be written; \(error.localizedDescription)")
        }
        if output.json {
            try Terminal.json(record)
        } else {
            Terminal.line(
                "\(capture.status) \(capture.address), \(capture.body.count) bytes, sha256 \(capture.digest)"
            )
        }
    }
}

/// A capture without its body, for people and programs.
private struct CaptureRecord: Encodable {
    let addresses: [WebAddress]
    let status: Int
    let headers: [HeaderField]
    let digest: Digest
    let bytes: Int
    let began, ended: Instant
    let peer: String
    let httpVersion: String

    init(_ capture: Capture) {
        addresses = capture.hops.map(\.address)
        status = capture.status
        headers = capture.headers
        digest = capture.digest
        bytes = capture.body.count
        began = capture.began
        ended = capture.ended
        peer = capture.peer
        httpVersion = capture.hops.last?.wireProtocol ?? "http/1.1"
    }
}
