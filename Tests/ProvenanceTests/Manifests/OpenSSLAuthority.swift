// A time-stamp authority of our own, run by OpenSSL: a second implementation of RFC 3161.

import Foundation

@testable import Provenance

/// A time-stamp authority whose certificate nobody knows, made for one test.
struct OpenSSLAuthority {
    private static let program = "/usr/bin/openssl"
    static let isPresent = FileManager.default.isExecutableFile(atPath: program)

    /// What the authority's certificate is for; one that vouches for itself is refused by some.
    private static let extensions = """
        extendedKeyUsage = critical,timeStamping
        keyUsage = critical,digitalSignature
        basicConstraints = critical,CA:FALSE
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid
        """

    private let folder: String
    /// The certificate of the authority's own authority in PEM, for those who are to trust it.
    let certificate: String

    init() throws {
        folder = NSTemporaryDirectory() + "selvage-tsa-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let configuration = """
            [tsa]
            serial = \(folder)/serial
            signer_cert = \(folder)/tsa.pem
            signer_key = \(folder)/tsa.key
            signer_digest = sha256
            default_policy = 1.3.6.1.4.1.99999.1
            digests = sha256, sha384, sha512
            ess_cert_id_alg = sha256
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/tsa.cnf"))
        try Data("01\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/serial"))
        try Data(Self.extensions.utf8).write(to: URL(fileURLWithPath: "\(folder)/tsa.ext"))
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try Self.run(
            ["req", "-x509", "-days", "30", "-subj", "/O=Nobody/CN=Unknown root"] + curve + [
                "-keyout", "\(folder)/root.key", "-out", "\(folder)/root.pem",
                "-addext", "keyUsage=critical,keyCertSign",
                "-addext", "basicConstraints=critical,CA:TRUE",
            ])
        try Self.run(
            ["req", "-new", "-subj", "/O=Nobody/CN=Unknown time-stamps"] + curve + [
                "-keyout", "\(folder)/tsa.key", "-out", "\(folder)/tsa.csr",
            ])
        try Self.run([
            "x509", "-req", "-in", "\(folder)/tsa.csr", "-CA", "\(folder)/root.pem", "-CAkey",
            "\(folder)/root.key", "-CAcreateserial", "-days", "30", "-extfile",
            "\(folder)/tsa.ext", "-out", "\(folder)/tsa.pem",
        ])
        certificate = try String(contentsOfFile: "\(folder)/root.pem", encoding: .utf8)
    }

    /// The authority's answer to a request.
    func answer(to request: [UInt8]) throws -> [UInt8] {
        let name = UUID().uuidString
        let (asked, told) = ("\(folder)/\(name).tsq", "\(folder)/\(name).tsr")
        try Data(request).write(to: URL(fileURLWithPath: asked))
        try Self.run([
            "ts", "-reply", "-config", "\(folder)/tsa.cnf", "-section", "tsa", "-queryfile", asked,
            "-out", told,
        ])
        return Array(try Data(contentsOf: URL(fileURLWithPath: told)))
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CocoaError(.executableLoad)
        }
    }
}
