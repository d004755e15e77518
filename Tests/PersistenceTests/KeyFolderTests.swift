// Keys are kept encrypted, for their owner alone, and never show themselves.

import Crypto
import Foundation
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct KeyFolderTests {
    let folder = TemporaryFolder()

    private func open(_ environment: [String: String] = [:]) throws -> KeyFolder {
        try KeyFolder(folder.path, environment: environment)
    }

    private func expect(
        _ reason: StoreError.Reason, _ body: () throws -> Void,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(sourceLocation: location) { try body() } throws: {
            ($0 as? StoreError)?.reason == reason
        }
    }

    @Test("A secret is made once, and is the same after a restart")
    func secrets() throws {
        let keys = try open()
        expect(.missing) { _ = try keys.secret(named: "hook") }
        let secret = try keys.secret(named: "hook", creating: true)
        #expect(secret.text.hasPrefix("whsec_") && secret.bytes.count == 32)
        #expect(try open().secret(named: "hook") == secret)
        #expect(WebhookSecret(secret.text) == secret)
        let key = try keys.signingKey(named: "server")
        let seal = try open().signingKey(named: "server").seal([1, 2, 3])
        #expect(seal.verifies([1, 2, 3]) && seal.publicKey == key.publicKey)
        #expect(keys.names().secrets == ["hook"])
        #expect(keys.names().signingKeys == ["server"])
    }

    @Test("A given secret is kept, but does not silently replace another")
    func given() throws {
        let keys = try open()
        let secret = try #require(
            WebhookSecret("whsec_" + Data(repeating: 9, count: 24).base64EncodedString()))
        try keys.keep(secret, named: "hook")
        try keys.keep(secret, named: "hook")
        expect(.exists) { try keys.keep(WebhookSecret(), named: "hook") }
        #expect(try keys.secret(named: "hook") == secret)
        let next = WebhookSecret()
        try keys.keep(next, named: "hook", replacing: true)
        #expect(try keys.secret(named: "hook") == next)
        let key = SigningKey()
        try keys.keep(key, named: "s")
        expect(.exists) { try keys.keep(SigningKey(), named: "s") }
        #expect(try keys.signingKey(named: "s").publicKey == key.publicKey)
    }

    @Test(
        "Only whsec_ and 24 to 64 bytes in base64 is a webhook secret",
        arguments: [
            "", "whsec_", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_" + Data(count: 23).base64EncodedString(),
            "whsec_" + Data(count: 65).base64EncodedString(),
            "whsec_" + String(repeating: "A", count: 100_000),
        ])
    func badSecrets(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test("Files are their owner's alone and hold no secret in the clear")
    func files() throws {
        let keys = try open()
        let secret = try keys.secret(named: "hook", creating: true)
        #expect(DurableFiles.mode(of: folder.path) == 0o700)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let path = "\(folder.path)/\(name)"
            #expect(DurableFiles.mode(of: path) == 0o600)
            let content = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!content.contains(secret.text.dropFirst(6)))
        }
    }

    @Test("A key file that others can read is refused", arguments: [0o640, 0o604, 0o660])
    func exposed(mode: Int) throws {
        _ = try open()
        let file = "\(folder.path)/kek"
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        expect(.keyExposed) { _ = try open() }
    }

    @Test("The key comes from the environment or a credential before the file")
    func sources() throws {
        let text = Data(repeating: 5, count: 32).base64EncodedString()
        let secret = try open(["SELVAGE_KEK": text]).secret(named: "hook", creating: true)
        #expect(!DurableFiles.exists("\(folder.path)/kek"))
        let credentials = TemporaryFolder()
        try DurableFiles.makeFolder(credentials.path)
        try Data((text + "\n").utf8).write(
            to: URL(fileURLWithPath: "\(credentials.path)/selvage-kek"))
        let keys = try open(["CREDENTIALS_DIRECTORY": credentials.path])
        #expect(try keys.secret(named: "hook") == secret)
        expect(.badKey) { _ = try open(["SELVAGE_KEK": "short"]) }
        // Without its key, a sealed secret must not be shadowed by a new key.
        expect(.missing) { _ = try open() }
    }

    @Test("A secret under another key, changed, or put in another's place does not open")
    func tampered() throws {
        let keys = try open()
        _ = try keys.secret(named: "hook", creating: true)
        let file = "\(folder.path)/webhook-hook.sealed"
        try FileManager.default.copyItem(
            atPath: file, toPath: "\(folder.path)/webhook-other.sealed")
        try FileManager.default.copyItem(
            atPath: file, toPath: "\(folder.path)/signing-hook.sealed")
        expect(.altered) { _ = try keys.secret(named: "other") }
        expect(.altered) { _ = try keys.signingKey(named: "hook") }
        let stranger = Data(repeating: 1, count: 32).base64EncodedString()
        expect(.altered) { _ = try open(["SELVAGE_KEK": stranger]).secret(named: "hook") }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: file))
        expect(.altered) { _ = try keys.secret(named: "hook", creating: true) }
    }

    @Test(
        "A name cannot leave the folder",
        arguments: ["", ".", "..", "../kek", "a/b", "A", "é", String(repeating: "a", count: 65)])
    func names(name: String) throws {
        let keys = try open()
        expect(.badKey) { _ = try keys.secret(named: name, creating: true) }
        expect(.badKey) { try keys.keep(WebhookSecret(), named: name, replacing: true) }
    }

    @Test("Secrets do not show themselves when printed, dumped or interpolated")
    func redacted() throws {
        let secret = WebhookSecret()
        let key = SigningKey()
        var shown = "\(secret) \(key) \(String(reflecting: secret)) \(String(reflecting: key))"
        dump(secret, to: &shown)
        dump(key, to: &shown)
        dump(["a": secret], to: &shown)
        #expect(!shown.contains(secret.text.dropFirst(6)))
        #expect(!shown.contains(key.privateKey.rawRepresentation.base64EncodedString()))
        #expect(!shown.contains("\(secret.bytes[0]), \(secret.bytes[1])"))
    }

    @Test(
        "The first key a server shows is trusted; another one is not until the first is forgotten")
    func pins() throws {
        let server = "https://licences.example/"
        let keys = try open()
        #expect(try keys.pinnedKey(of: server) == nil)
        let first = SigningKey().publicKey
        try keys.pin(server, first)
        try keys.pin(server, first)
        #expect(try open().pinnedKey(of: server) == first)
        expect(.pinChanged) { try keys.pin(server, SigningKey().publicKey) }
        #expect(try keys.pinnedKey(of: server) == first)
        try keys.forgetPin(of: server)
        try keys.forgetPin(of: server)
        try keys.pin(server, SigningKey().publicKey)
    }
}
