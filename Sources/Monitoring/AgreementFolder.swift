// Agreements and parties as files: what a rights holder keeps in a folder.

internal import Foundation
public import Licensing
public import SelvageTypes

/// The agreements (`*.jsonld`, `*.json`) and the party registry (`parties.json`) of a folder.
public struct AgreementFolder: Sendable {
    /// The policies with their file names, by name.
    public let policies: [(file: String, policy: JSONValue)]
    /// The registry; empty when there is no `parties.json`.
    public let parties: PartyRegistry

    /// Reads a folder.
    ///
    /// - Throws: `ScanError` that names the file and what is wrong in it.
    public init(path: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw ScanError(.noAgreements, "\(path): this folder of agreements cannot be read.")
        }
        policies = try names.sorted()
            .filter { $0.hasSuffix(".jsonld") || ($0.hasSuffix(".json") && $0 != "parties.json") }
            .map { name in
                let policy = try Self.read("\(path)/\(name)")
                do {
                    _ = try Agreement(jsonLD: policy)
                } catch {
                    throw ScanError(.noAgreements, "\(path)/\(name): \(error)")
                }
                return (name, policy)
            }
        parties = try Self.registry("\(path)/parties.json")
    }

    /// Reads a party registry; an absent file is an empty registry.
    public static func registry(_ path: String) throws -> PartyRegistry {
        guard FileManager.default.fileExists(atPath: path) else { return PartyRegistry() }
        do {
            return try read(path).decoded(as: PartyRegistry.self)
        } catch let error as DecodingError {
            throw ScanError(.noAgreements, "\(path): \(Self.sentence(error))")
        }
    }

    /// Reads a JSON file.
    ///
    /// - Throws: `ScanError` with the file and what is wrong.
    public static func read(_ path: String) throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ScanError(.noAgreements, "\(path): cannot be read; check the path.")
        }
        do {
            return try JSONValue(parsing: data)
        } catch {
            throw ScanError(.noAgreements, "\(path): not valid JSON; \(Self.sentence(error))")
        }
    }

    private static func sentence(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context),
            .typeMismatch(_, let context), .valueNotFound(_, let context):
            let place = context.codingPath.map(\.stringValue).joined(separator: "/")
            return place.isEmpty
                ? context.debugDescription : "/\(place): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}
