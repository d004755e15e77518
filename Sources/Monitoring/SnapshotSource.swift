// Where a scan has its agreements from: a licensing server, or a folder.

internal import Fetching
internal import Foundation
internal import Licensing
internal import Matching
internal import Persistence
internal import SelvageTypes

/// Gets the agreements' snapshot that a scan works with, and keeps it.
struct SnapshotSource {
    let plan: Plan
    let workspace: Workspace
    let catalogue: Catalogue
    let clock: any Timekeeper

    private var licensor: String { catalogue.licensor }

    /// A snapshot with where it is from.
    struct Taken {
        var snapshot: LicensingSnapshot
        var source: String
        /// What people should know about it; nil when all went as planned.
        var note: String?
    }

    /// The snapshot of a scan: the one it began with, or a fresh one that is kept.
    ///
    /// - Throws: `ScanError` when there is none to work with.
    func take(for scan: ScanRecord) async throws -> Taken {
        let folder = try SnapshotFolder("\(workspace.folder.path)/snapshots")
        if let kept = try folder.read(scan), let snapshot = Self.decode(kept) {
            let age = clock.now().milliseconds(since: scan.began) / 3_600_000
            let note =
                age < 24 ? nil : "This scan began \(scan.began) and uses the agreements of then."
            return Taken(snapshot: snapshot, source: sourceName, note: note)
        }
        let taken = try await fresh(else: folder)
        try folder.keep(taken.snapshot.canonicalBytes, of: scan)
        return taken
    }

    private var sourceName: String {
        plan.report.server.map(\.description) ?? plan.agreements ?? ""
    }

    private func fresh(else folder: SnapshotFolder) async throws -> Taken {
        guard let server = plan.report.server else { return try local() }
        do {
            return Taken(snapshot: try await ask(server), source: server.description)
        } catch let error as FetchError where error.reason != .cancelled {
            // Generation 0 is of a folder; only what a server once sealed may stand in for it.
            let older = folder.newestFirst().compactMap(Self.decode)
                .first { $0.licensor == licensor && $0.generation > 0 }
            guard let older else {
                throw ScanError(
                    .noAgreements,
                    "The licensing server \(server) gives no snapshot (\(error.detail)), and no earlier snapshot of its agreements is kept. Start it, or name an `agreements` folder in place of `report` in the plan."
                )
            }
            return Taken(
                snapshot: older, source: server.description,
                note:
                    "The licensing server \(server) gives no snapshot (\(error.detail)); verdicts use its snapshot of \(older.issued)."
            )
        }
    }

    private func ask(_ server: WebAddress) async throws -> LicensingSnapshot {
        let place = "\(server.description)snapshot?licensor=\(Self.escaped(licensor))"
        guard let address = WebAddress(place) else {
            throw ScanError(
                .settings,
                "`report.server` \(server) is not an address to which a path can be added.")
        }
        let fetcher = try CurlFetcher(settings: ReceiverNetwork.settings(for: server))
        defer { fetcher.shutDown() }
        let token = try workspace.keys.secret(named: plan.report.readToken).text
        var request = FetchRequest(address, for: .feed)
        request.headers = [HeaderField("Authorization", "Bearer \(token)")]
        let capture = try await fetcher.fetch(request)
        guard capture.status < 500 else {
            throw FetchError(
                .unreachable, address: place, detail: "It answered \(capture.status).")
        }
        guard capture.status == 200 else {
            throw ScanError(
                .snapshotRefused,
                "The licensing server \(server) answered \(capture.status) to the request for its agreements. Check the secret `\(plan.report.readToken)` in the key folder."
            )
        }
        return try verified(capture.body, server)
    }

    private func verified(_ body: [UInt8], _ server: WebAddress) throws -> LicensingSnapshot {
        do {
            let trusted = plan.report.key.map { Set([$0]) }
            let signed = try SignedSnapshot(verifying: body, trusting: trusted)
            if trusted == nil { try workspace.keys.pin(server.origin, signed.seal.publicKey) }
            guard signed.snapshot.licensor == licensor else {
                throw ScanError(
                    .snapshotRefused,
                    "The licensing server \(server) sent the agreements of \(signed.snapshot.licensor), not of the catalogue's licensor \(licensor)."
                )
            }
            return signed.snapshot
        } catch let refusal as SignedSnapshot.Refusal {
            throw ScanError(
                .snapshotRefused,
                "The snapshot of the licensing server \(server) is not to be trusted (\(refusal.rawValue)). Check that `report.server` and `report.key` are right."
            )
        }
    }

    private static func decode(_ bytes: [UInt8]) -> LicensingSnapshot? {
        try? JSONValue(parsing: Data(bytes)).decoded(as: LicensingSnapshot.self)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}

extension SnapshotSource {
    /// Agreements and parties of a folder: `*.jsonld` and `parties.json`.
    private func local() throws -> Taken {
        guard let folder = plan.agreements else {
            throw ScanError(
                .noAgreements,
                "The plan names no agreements: add `report: {server: …}` or `agreements: FOLDER`.")
        }
        let contents = try AgreementFolder(path: folder)
        let snapshot = LicensingSnapshot(
            generation: 0, issued: clock.now(), licensor: licensor,
            agreements: contents.policies.map {
                LicensingSnapshot.AgreementRecord(policy: $0.policy)
            },
            parties: contents.parties,
            assets: LicensingSnapshot.AssetComponents.of(
                catalogue.entries.map(\.asset), licensor: licensor))
        return Taken(snapshot: snapshot, source: folder)
    }
}

/// The network towards a receiver that the operator has named himself.
enum ReceiverNetwork {
    /// Reaches this origin only, wherever it is.
    static func settings(for server: WebAddress) -> FetchSettings {
        let everywhere = ["0.0.0.0/0:\(server.port)", "[::]/0:\(server.port)"]
        return FetchSettings(
            userAgent: "selvage/\(Version.current)",
            policy: NetworkPolicy(
                allowing: everywhere.compactMap { NetworkPolicy.Allowance($0) },
                seedOrigins: [server.origin]))
    }
}
