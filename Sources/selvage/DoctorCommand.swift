// `selvage doctor`: is everything in order on this machine and in this data folder?

import ArgumentParser
import Foundation
import Imaging
import Matching
import Monitoring
import Persistence
import SelvageTypes

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine and this data folder, and say what to mend.",
        discussion: "Example:\n  selvage doctor --data selvage-data")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    private struct Check: Encodable {
        let what: String
        let good: Bool
        let detail: String
    }

    func run() async throws {
        let folder = try data.folder()
        var checks = [await decoding()]
        if FileManager.default.fileExists(atPath: folder) {
            checks += await dataFolder(folder)
            checks.append(space(folder))
        } else {
            checks.append(
                Check(
                    what: "data folder", good: true,
                    detail: "\(folder) is not there yet; the first scan makes it"))
        }
        if output.json {
            try Terminal.json(checks)
        } else {
            for check in checks {
                Terminal.line("\(check.good ? "good" : "BAD ")  \(check.what): \(check.detail)")
            }
        }
        let bad = checks.count { !$0.good }
        if bad > 0 { throw Failure("\(bad) of \(checks.count) checks failed") }
    }

    private func decoding() async -> Check {
        let decoders = Preparation.decoders()
        defer { decoders.shutDown() }
        do {
            let picture = Picture(width: 64, height: 64, red: 200, green: 30, blue: 90)
            for bytes in [
                try PictureEncoder.png(picture), try PictureEncoder.jpeg(picture),
                try PictureEncoder.webp(picture),
            ] {
                let decoded = try await decoders.decode(bytes)
                guard decoded.width == 64 else {
                    throw Failure("a decoded picture has the wrong size")
                }
            }
            return Check(
                what: "image decoders", good: true,
                detail: "images decode in child processes. "
                    + (decoders.confinement?.description ?? ""))
        } catch let error as DecodeError {
            return Check(what: "image decoders", good: false, detail: error.detail)
        } catch {
            return Check(what: "image decoders", good: false, detail: Failure(error).message)
        }
    }

    private func dataFolder(_ folder: String) async -> [Check] {
        do {
            let workspace = try Preparation.workspace(folder, for: "doctor")
            let damage = try await workspace.store.checkIntegrity()
            let chain = try await workspace.store.verifyChain()
            let (owed, delivered, refused) = try await workspace.store.outboxCounts()
            let refusals = try await workspace.store.refusedMessages(licensor: nil)
            return [
                Check(
                    what: "database", good: damage.isEmpty,
                    detail: damage.isEmpty ? "sound" : damage.joined(separator: "; ")),
                Check(
                    what: "history of findings", good: chain == nil,
                    detail: chain.map { "altered: \($0)" } ?? "unaltered"),
                Check(
                    what: "reports", good: refused == 0,
                    detail: "\(delivered) confirmed, \(owed) owed, \(refused) refused"
                        + refusals.prefix(5).map { "; \($0.message.id): \($0.detail)" }.joined()),
            ] + (await evidence(workspace))
        } catch {
            return [Check(what: "data folder", good: false, detail: Failure(error).message)]
        }
    }

    private func evidence(_ workspace: Workspace) async -> [Check] {
        do {
            let findings = try await workspace.store.findings(
                licensor: nil, includingAuthorised: false)
            var problems: [String] = []
            for digest in findings.compactMap(\.evidence) {
                do {
                    _ = try workspace.evidence.read(digest)
                } catch {
                    problems.append(error.description)
                }
            }
            return [
                Check(
                    what: "evidence", good: problems.isEmpty,
                    detail: problems.isEmpty
                        ? "\(findings.count) findings, every file unaltered"
                        : problems.joined(separator: "; "))
            ]
        } catch {
            return [Check(what: "evidence", good: false, detail: Failure(error).message)]
        }
    }

    private func space(_ folder: String) -> Check {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? 0
        let gigabytes = (Double(free) / 1e9).formatted(.number.precision(.fractionLength(1)))
        return Check(
            what: "disk space", good: free > 1 << 30,
            detail: "\(gigabytes) GB free" + (free > 1 << 30 ? "" : "; a scan needs at least 1 GiB")
        )
    }
}
