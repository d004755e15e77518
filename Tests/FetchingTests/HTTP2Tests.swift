// HTTP/2 over TLS against nghttp2's server, HTTP/1.1 over TLS against OpenSSL's.

import Foundation
import Glibc
import SelvageTypes
import Testing

@testable import Fetching

/// A program that serves until it is stopped.
private final class ServerProcess {
    private let process = Process()
    let port: Int

    /// Starts a server on a port that was free a moment ago and waits until it takes connections.
    init(_ program: String, in folder: URL, _ arguments: (Int) -> [String]) throws {
        let probe = try ScriptedServer { _ in [] }
        port = probe.port
        probe.stop()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments(port)
        process.currentDirectoryURL = folder
        process.standardInput = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// A child may have inherited that it is to take no wish to end: it is killed.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// A certificate authority of the test's own with a certificate for 127.0.0.1.
private struct TestAuthority {
    let folder: URL
    var certificate: String { folder.appendingPathComponent("cert.pem").path }
    var key: String { folder.appendingPathComponent("key.pem").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("selvage-h2-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", "/CN=selvage test", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    func fetcher(isTrusted: Bool = true) throws -> CurlFetcher {
        try localFetcher { if isTrusted { $0.authoritiesFile = certificate } }
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

extension CurlFetcher {
    /// Fetches as soon as a server that is just starting takes connections.
    fileprivate func fetchWhenUp(_ address: WebAddress) async throws -> Capture {
        for _ in 0..<600 {
            let result = await outcome(address)
            guard result.reason == .unreachable || result.reason == .brokenAnswer else {
                return try result.get()
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await outcome(address).get()
    }
}

private let nghttpd = "/usr/sbin/nghttpd"
private let openssl = "/usr/bin/openssl"

@Suite("HTTP/2", .enabled(if: FileManager.default.isExecutableFile(atPath: openssl)))
struct HTTP2Tests {
    @Test(
        "Where TLS offers it, HTTP/2 is spoken; the heads are kept in the form of HTTP/1.1",
        .enabled(if: FileManager.default.isExecutableFile(atPath: nghttpd)))
    func http2() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let body = Array(String(repeating: "Fern trellis. ", count: 20_000).utf8)
        try Data(body).write(to: authority.folder.appendingPathComponent("fern.html"))
        let server = try ServerProcess(nghttpd, in: authority.folder) { port in
            [
                "--address=127.0.0.1", "-d", authority.folder.path, "\(port)", authority.key,
                authority.certificate,
            ]
        }
        defer { server.stop() }
        let fetcher = try authority.fetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress("https://127.0.0.1:\(server.port)/fern.html"))
        let first = try await fetcher.fetchWhenUp(address)
        for capture in [first, try await fetcher.fetch(FetchRequest(address))] {
            #expect(capture.status == 200 && capture.body == body)
            let hop = try #require(capture.hops.first)
            #expect(hop.wireProtocol == "h2")
            #expect(hop.responseHead.hasPrefix("HTTP/1.1 200"))
            #expect(hop.responseHead.hasSuffix("\r\n\r\n"))
            #expect(hop.requestHead.hasPrefix("GET /fern.html HTTP/1.1\r\nHost: 127.0.0.1:"))
            #expect(capture.headers.first("content-length") == "\(body.count)")
        }
        let missing = try #require(WebAddress("https://127.0.0.1:\(server.port)/none"))
        #expect(try await fetcher.fetch(FetchRequest(missing)).status == 404)
        try await manyAtOnce(fetcher, address, body)
        try await limited(fetcher, address)
    }

    private func manyAtOnce(
        _ fetcher: CurlFetcher, _ address: WebAddress, _ body: [UInt8]
    ) async throws {
        let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<30 {
                group.addTask { try await fetcher.fetch(FetchRequest(address)).body }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        #expect(bodies.count == 30 && bodies.allSatisfy { $0 == body })
    }

    private func limited(_ fetcher: CurlFetcher, _ address: WebAddress) async throws {
        var request = FetchRequest(address)
        request.limits.bodyInBytes = 1000
        do throws(FetchError) {
            _ = try await fetcher.fetch(request)
            Issue.record("The limit did not hold.")
        } catch {
            #expect(error.reason == .tooLarge(limitInBytes: 1000))
        }
        #expect(try await fetcher.fetch(FetchRequest(address)).status == 200)
    }

    @Test("Where TLS offers nothing else, HTTP/1 is spoken; who is not trusted is not asked")
    func fallback() async throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let server = try ServerProcess(openssl, in: authority.folder) { port in
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", authority.certificate, "-key",
                authority.key, "-www", "-quiet",
            ]
        }
        defer { server.stop() }
        let fetcher = try authority.fetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress("https://127.0.0.1:\(server.port)/"))
        let capture = try await fetcher.fetchWhenUp(address)
        #expect(capture.status == 200 && capture.hops[0].wireProtocol == nil)
        let stranger = try authority.fetcher(isTrusted: false)
        defer { stranger.shutDown() }
        #expect(await stranger.outcome(address).reason == .tlsFailed)
    }
}
