// Soft binding resolution over HTTP: from a payload or fingerprint to the manifest, for anybody.

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Persistence
import SelvageTypes
import Testing

@testable import LicensingServer

/// C2PA Soft Binding Resolution API 1.0.
@Suite("Soft binding resolution")
struct BindingRoutesTests {
    private let folder = NSTemporaryDirectory() + "selvage-bindings-" + UUID().uuidString
    private static let payload = "00000001aabbccdd"
    private static let iscc = "ISCC:EED7QJ6KFWINBRPHPKCY7B6YLYUQ3J5AYK24PMCZWOS7EHGTQV4E5UI"
    private static let label = "urn:c2pa:3f2504e0-4f89-41d3-9a0c-0305e82c3301"

    private func serving(
        content: ContentSearch? = nil,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let store = try LicensingStore(folder: folder)
        try await store.write { registry in
            let digest = SelvageTypes.Digest(of: "master")
            let number = try registry.issueNumber(
                to: "asset", of: "licensor", master: digest, request: digest)
            let seal = AssetSeal(
                at: Instant(seconds: 1), file: digest, manifest: digest,
                manifestLabel: Self.label,
                mark: AssetSeal.Mark(payload: Self.payload, key: "watermark-1"),
                iscc: Self.iscc, licence: nil)
            try registry.complete(
                StoredSeal.Completion(
                    seal: seal, body: [:], manifestStore: [1, 2, 3],
                    softBindings: [
                        StoredSeal.SoftBinding(algorithm: "io.iscc.v0", value: Self.iscc),
                        StoredSeal.SoftBinding(
                            algorithm: "org.selvage.mark.v1", value: Self.payload),
                    ]), number: number, of: "licensor", master: digest, request: digest,
                ledgerIndex: 0)
        }
        let service = LicensingService(
            store: store, webhookSecrets: [], readTokens: [:],
            signingKey: Curve25519.Signing.PrivateKey(), clock: SystemTimekeeper(),
            content: content)
        let application = Application(
            router: service.router(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { try await body($0) }
        try FileManager.default.removeItem(atPath: folder)
    }

    private static let found = "{\"matches\":[{\"manifestId\":\"\(label)\"}]}"

    @Test("A payload and a fingerprint lead to the manifest, plain or in base64, by GET and POST")
    func resolved() async throws {
        let base64 = Data(Self.payload.utf8).base64EncodedString()
        try await serving { client in
            for query in [
                "alg=org.selvage.mark.v1&value=\(Self.payload)",
                "alg=org.selvage.mark.v1&value=\(base64)&maxResults=1",
                "alg=io.iscc.v0&value=\(Self.iscc)",
            ] {
                let answer = try await client.execute(
                    uri: "/matches/byBinding?\(query)", method: .get)
                #expect(String(buffer: answer.body) == Self.found, "\(query)")
            }
            let posted = try await client.execute(
                uri: "/matches/byBinding", method: .post,
                body: ByteBuffer(
                    string: "{\"alg\":\"org.selvage.mark.v1\",\"value\":\"\(base64)\"}"))
            #expect(String(buffer: posted.body) == Self.found)
            let store = try await client.execute(uri: "/manifests/\(Self.label)", method: .get)
            #expect(Array(store.body.readableBytesView) == [1, 2, 3])
            #expect(store.headers[.contentType] == "application/c2pa")
        }
    }

    @Test("What was not sealed here has no matches; what is no query is refused")
    func refused() async throws {
        try await serving { client in
            let none = try await client.execute(
                uri: "/matches/byBinding?alg=org.selvage.mark.v1&value=00000002aabbccdd",
                method: .get)
            #expect(String(buffer: none.body) == "{\"matches\":[]}")
            for query in [
                "", "alg=org.selvage.mark.v1", "alg=other&value=1",
                "alg=io.iscc.v0&value=1&maxResults=0", "alg=io.iscc.v0&value=1&maxResults=x",
            ] {
                let answer = try await client.execute(
                    uri: "/matches/byBinding?\(query)", method: .get)
                #expect(answer.status == .badRequest, "\(query)")
            }
            let unknown = try await client.execute(
                uri: "/manifests/urn:c2pa:00000000-0000-4000-8000-000000000000", method: .get)
            #expect(unknown.status == .notFound)
            let odd = try await client.execute(uri: "/manifests/secret", method: .get)
            #expect(odd.status == .badRequest)
            let names = try await client.execute(
                uri: "/services/supportedAlgorithms", method: .get)
            #expect(String(buffer: names.body).contains("org.selvage.mark.v1"))
        }
    }

    @Test("An uploaded picture leads to the manifests that it shows, as many as are asked for")
    func byContent() async throws {
        let search: ContentSearch = { bytes, algorithm in
            guard bytes != [0] else { throw DecodeError(.unknownFormat, "it is a zero.") }
            return [
                ContentMatch(manifest: Self.label, similarity: bytes.count),
                ContentMatch(manifest: "urn:c2pa:second", similarity: algorithm == nil ? 2 : 1),
            ]
        }
        try await serving(content: search) { client in
            func ask(_ query: String, _ bytes: [UInt8]) async throws -> (Int, String) {
                let answer = try await client.execute(
                    uri: "/matches/byContent\(query)", method: .post,
                    body: ByteBuffer(bytes: bytes))
                return (answer.status.code, String(buffer: answer.body))
            }
            let both = try await ask("?alg=org.selvage.mark.v1", [1, 2, 3])
            #expect(
                both.1
                    == "{\"matches\":[{\"manifestId\":\"\(Self.label)\",\"similarityScore\":3},"
                    + "{\"manifestId\":\"urn:c2pa:second\",\"similarityScore\":1}]}")
            let one = try await ask("?maxResults=1", [1])
            #expect(one.1.contains("second") == false && one.0 == 200)
            #expect(try await ask("", [0]).0 == 415)
            #expect(try await ask("", []).0 == 400)
            #expect(try await ask("?alg=other", [1]).0 == 400)
            #expect(try await ask("?maxResults=0", [1]).0 == 400)
            let large = [UInt8](repeating: 1, count: ContentRoutes.limitInBytes + 1)
            #expect(try await ask("", large).0 == 413)
            #expect(try await ask("", [1, 2]).0 == 200)
        }
        try await serving { client in
            let none = try await client.execute(
                uri: "/matches/byContent", method: .post, body: ByteBuffer(bytes: [1]))
            // Without a catalogue it is not offered.
            #expect(none.status == .notFound)
            let put = try await client.execute(uri: "/matches/byBinding", method: .put)
            #expect(put.status == .methodNotAllowed && put.headers[.allow] == "GET, POST")
        }
    }

    @Test("Pictures are looked at one by one; when too many wait, the next one is sent away")
    func queue() async throws {
        let queue = ContentQueue(most: 2)
        #expect(await queue.enter())
        #expect(await queue.enter())
        #expect(await !queue.enter())
        await queue.leave()
        #expect(await queue.enter())
        await queue.turn()
        let waiting = Task { await queue.turn() }
        try await Task.sleep(for: .milliseconds(50))
        queue.done()
        await waiting.value
        queue.done()
        await queue.turn()
    }
}
