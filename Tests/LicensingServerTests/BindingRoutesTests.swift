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
            signingKey: Curve25519.Signing.PrivateKey(), clock: SystemTimekeeper())
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
}
