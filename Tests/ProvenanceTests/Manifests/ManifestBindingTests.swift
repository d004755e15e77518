// What ties a manifest to time and to its file: time-stamps, and hashes of boxes.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Time-stamps of manifests", .enabled(if: SharedSamples.folder != nil, "no samples"))
struct ManifestTimeStampTests {
    @Test("A response of a time-stamp authority is read, and covers its data and no other")
    func response() throws {
        let bytes = try SharedSamples.bytes("rfc3161/response.tsr")
        let stamp = try ManifestTimeStamp(reading: bytes)
        let data = try SharedSamples.bytes("rfc3161/data.bin")
        #expect(stamp.covers(data))
        #expect(!stamp.covers(data + [0]))
        #expect(stamp.signer.isValid(at: stamp.moment))
        let text = try String(decoding: SharedSamples.bytes("rfc3161/tsa-root.pem"), as: UTF8.self)
        let anchors = try TrustAnchors(pem: text)
        #expect(anchors.vouch(for: stamp.signer, with: stamp.others, at: stamp.moment))
        #expect(stamp.signer.objection(to: .claimSigning) != nil)
    }

    @Test("A response that was changed anywhere in what is signed is refused or covers nothing")
    func tampered() throws {
        let data = try SharedSamples.bytes("rfc3161/data.bin")
        let changed = try SharedSamples.bytes("rfc3161/response-tampered.tsr")
        #expect((try? ManifestTimeStamp(reading: changed))?.covers(data) != true)
        let bytes = try SharedSamples.bytes("rfc3161/response.tsr")
        let moment = try ManifestTimeStamp(reading: bytes).moment
        var random = SeededNumbers(seed: 3)
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var damaged = bytes
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            guard let stamp = try? ManifestTimeStamp(reading: damaged) else { continue }
            #expect(!stamp.covers(data) || stamp.moment == moment, "byte \(place)")
        }
    }

    @Test("A time-stamp of another signature is told, and its time does not count")
    func mismatch() throws {
        let report = try #require(
            try ManifestSamplesTests.report("c2pa/public-testfiles/adobe-20220124-E-sig-CA.jpg"))
        #expect(report.active.results.contains("timeStamp.mismatch"))
        #expect(report.active.signer?.time == nil)
    }
}

@Suite(
    "Time-stamps against a second authority",
    .enabled(if: OpenSSLAuthority.isPresent, "no OpenSSL"))
struct OpenSSLTimeStampTests {
    private static let picture: [UInt8] = Array("the picture".utf8)

    /// A manifest of a signer whose certificate ended a week ago, stamped by an authority.
    private func stampedReport(
        _ authority: OpenSSLAuthority, firstVersion: Bool, timeAnchors: TrustAnchors
    ) throws -> ManifestReport {
        let now = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(
            days: 1, at: now.advanced(milliseconds: -3_600_000))
        var crafted = CraftedManifest()
        crafted.assertions.append(CraftedManifest.binding(to: Self.picture))
        crafted.isFirstVersion = firstVersion
        crafted.stamp = { cose, claim in
            let first = CBORValue.array([
                .text("CounterSignature"), .bytes(cose.protectedBytes), .bytes([]), .bytes(claim),
            ]).encoded
            var random = SeededNumbers(seed: 4)
            let request = try TimeStampRequest(
                for: firstVersion ? first : cose.timeStamped, using: &random)
            let token = try request.token(in: authority.answer(to: request.bytes)).bytes
            let tokens = CBORValue(members: [
                ("tstTokens", .array([CBORValue(members: [("val", .bytes(token))])]))
            ])
            return CBORValue(members: [(firstVersion ? "sigTst" : "sigTst2", tokens)])
        }
        let store = CraftedManifest.store([
            try crafted.box(ManifestFixtures.signer(certificates), now)
        ])
        return try ManifestReader(
            anchors: TrustAnchors(pem: certificates.authority), timeAnchors: timeAnchors,
            at: now.advanced(milliseconds: 7 * 86_400_000)
        ).read(sidecar: store, for: Self.picture)
    }

    @Test("A time that a trusted authority vouches for keeps an ended certificate trusted")
    func trusted() throws {
        let authority = try OpenSSLAuthority()
        defer { authority.remove() }
        let anchors = try TrustAnchors(pem: authority.certificate)
        for firstVersion in [true, false] {
            let report = try stampedReport(
                authority, firstVersion: firstVersion, timeAnchors: anchors)
            #expect(report.state == .trusted, "\(report.active.results.failures)")
            #expect(report.active.signer?.timeIsTrusted == true)
        }
    }

    @Test("A time that anybody says makes nobody trusted, in claims of neither version")
    func backDated() throws {
        let authority = try OpenSSLAuthority()
        defer { authority.remove() }
        let first = try stampedReport(authority, firstVersion: true, timeAnchors: .none)
        #expect(first.state == .validUnknownSigner, "\(first.active.results.failures)")
        #expect(first.active.signer?.timeIsTrusted == false)
        let second = try stampedReport(authority, firstVersion: false, timeAnchors: .none)
        #expect(second.state == .invalid)
    }

    @Test("A manifest is stamped in the room that was left, and every reader still finds it valid")
    func written() throws {
        let authority = try OpenSSLAuthority()
        defer { authority.remove() }
        let now = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(at: now)
        var random = SystemRandomNumberGenerator()
        let signed = try ManifestWriter(
            ManifestFixtures.smallest, signer: ManifestFixtures.signer(certificates)
        ).sign(ImageFile(ManifestFixtures.dot), at: now, leavesRoom: true, using: &random)
        let request = try signed.timeStampRequest(using: &random)
        let answer = try authority.answer(to: request.bytes)
        let (stamped, moment) = try signed.stamped(by: answer, to: request)
        #expect(stamped.file.count == signed.file.count)
        #expect(stamped.storeDigest != signed.storeDigest)
        let reader = try ManifestReader(
            timeAnchors: TrustAnchors(pem: authority.certificate), at: now)
        let report = try #require(try reader.read(ImageFile(stamped.file)))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.signer?.time == moment)
        #expect(report.active.signer?.timeIsTrusted == true)
        if C2PAPython.isAvailable {
            let verdicts = try C2PAPython.verdicts(
                on: [(name: "stamped.png", bytes: stamped.file)])
            #expect(verdicts.map(\.state) == ["Valid"], "\(verdicts)")
        }
        let other = try signed.timeStampRequest(using: &random)
        #expect(throws: ManifestError.self) { try signed.stamped(by: answer, to: other) }
        for length in [0, 5, answer.count - 1] {
            #expect(throws: ManifestError.self) {
                try signed.stamped(by: Array(answer.prefix(length)), to: request)
            }
        }
        #expect(throws: ManifestError.self) { try stamped.stamped(by: answer, to: other) }
        let plain = try ManifestFixtures.signed(
            ManifestFixtures.smallest, into: ManifestFixtures.dot)
        #expect(throws: ManifestError.self) { try plain.timeStampRequest(using: &random) }
    }
}

@Suite("Box hashes", .enabled(if: SharedSamples.folder != nil, "no samples"))
struct BoxesHashTests {
    /// A file signed with hashes of its boxes, every box in an entry of its own.
    private func signed(
        _ path: String, _ certificates: DevelopmentCertificates, at moment: Instant
    ) throws -> [UInt8] {
        let plain = try ImageFile(SharedSamples.bytes(path))
        let signer = try ManifestFixtures.signer(certificates)
        let assembly = try ManifestAssembly(
            ManifestFixtures.smallest, [], label: "urn:c2pa:00000000-0000-4000-8000-0000000000b0",
            instance: "xmp:iid:b0")
        // The hashes are of one length: a first round with the right boxes finds the right size.
        var file = plain
        var empty = try assembly.store(binding([], of: plain.bytes), [], signer, moment)
        for _ in 0..<3 {
            file = try ImageFile(plain.replacingManifestStore(with: empty).bytes)
            empty = try assembly.store(binding(file.boxes(), of: file.bytes), [], signer, moment)
        }
        return try plain.replacingManifestStore(with: empty).bytes
    }

    private func binding(
        _ boxes: [(names: [String], range: Range<Int>)], of bytes: [UInt8]
    ) -> HardBinding {
        let entries = boxes.map { box in
            let hash =
                box.names == ["C2PA"] ? [0] : ManifestHash.sha256.digest(of: bytes[box.range])
            return CBORValue(members: [
                ("hash", .bytes(hash)), ("names", .array(box.names.map { .text($0) })),
                ("pad", .bytes([])),
            ])
        }
        return HardBinding(
            label: "c2pa.hash.boxes",
            cbor: CBORValue(members: [("alg", .text("sha256")), ("boxes", .array(entries))]))
    }

    static let pictures = ["iptc/rights.jpg", "iptc/rights.png"]

    @Test(
        "A file whose boxes are as signed is valid; a changed, new or missing box is not",
        arguments: pictures)
    func boxes(path: String) throws {
        let bytes = try signed(path, ManifestFixtures.certificates(), at: ManifestFixtures.moment)
        let report = try #require(try ManifestFixtures.read(bytes))
        #expect(report.state == .validUnknownSigner, "\(report.active.results.failures)")
        #expect(report.active.results.contains("assertion.boxesHash.match"))
        #expect(report.active.hardBinding == "c2pa.hash.boxes")

        let store = try #require(try ImageFile(bytes).manifestStore())
        var changed = bytes
        changed[bytes.count - 60] ^= 1
        #expect((try? ManifestFixtures.read(changed))??.state != .validUnknownSigner)
        let without = try ImageFile(bytes).replacingXMPPacket(with: nil)
        #expect(try ManifestFixtures.read(without)?.state == .invalid)
        #expect(try ImageFile(without).manifestStore()?.bytes == store.bytes)
    }

    @Test(
        "c2pa-python finds the same boxes",
        .enabled(if: C2PAPython.isAvailable, "needs python3 with c2pa-python"))
    func secondOpinion() throws {
        let moment = ManifestFixtures.lately
        let certificates = try ManifestFixtures.certificates(at: moment)
        let files = try Self.pictures.map {
            (String($0.dropFirst(5)), try signed($0, certificates, at: moment))
        }
        for opinion in try C2PAPython.verdicts(on: files) {
            #expect(opinion.state == "Valid", "\(opinion.codes)")
        }
    }
}
