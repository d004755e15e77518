// assets.jsonl: one asset a line in canonical JSON, with its signatures.

internal import Foundation
internal import SelvageTypes

/// Reading and writing `assets.jsonl`.
enum AssetLines {
    /// No honest line is longer; a signature takes about 700 bytes.
    static let longestLine = 1 << 20

    /// The file's bytes: a line feed after each asset.
    static func bytes(of entries: [Catalogue.Entry]) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += line(entry).canonicalBytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func line(_ entry: Catalogue.Entry) -> JSONValue {
        // Plain values of ours always have a JSON form.
        var members = (try? JSONValue(encoding: entry.asset))?.members ?? [:]
        members["signatures"] = try? JSONValue(encoding: entry.signatures)
        return .object(members)
    }

    /// Reads the file's bytes.
    static func entries(in bytes: [UInt8], file: String) throws(CatalogueError)
        -> [Catalogue.Entry]
    {
        var entries: [Catalogue.Entry] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            guard line.count <= longestLine else {
                throw CatalogueError(
                    .malformed, file: file, line: index + 1,
                    "The line has more than \(longestLine) bytes. Restore the file.")
            }
            entries.append(try entry(Data(line), file: file, number: index + 1))
        }
        return entries
    }

    private static func entry(
        _ line: Data, file: String, number: Int
    ) throws(CatalogueError) -> Catalogue.Entry {
        do {
            let decoder = JSONDecoder()
            let asset = try decoder.decode(Asset.self, from: line)
            let signatures = try decoder.decode(SignatureLine.self, from: line).signatures
            let images = [asset.image] + asset.components.map(\.image)
            guard signatures.pdq.isPlausible, images.allSatisfy(isInside),
                signatures.repeats.allSatisfy(\.isPlausible)
            else {
                throw CatalogueError(
                    .malformed, file: file, line: number,
                    "The asset's signature or image name is not valid. Build the catalogue again.")
            }
            return Catalogue.Entry(asset: asset, signatures: signatures)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(
                .malformed, file: file, line: number,
                "The line is no asset with signatures (\(reason(error))). "
                    + "Restore the file or build the catalogue again.")
        }
    }

    /// An image is named inside the folder `images`, so no catalogue can point elsewhere.
    private static func isInside(_ image: String?) -> Bool {
        guard let image else { return true }
        let parts = image.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0] == "images" && !parts[1].isEmpty && parts[1] != ".."
            && parts[1] != "." && !image.contains("\0")
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            context.debugDescription
        default: "it cannot be read"
        }
    }
}

private struct SignatureLine: Decodable {
    let signatures: Catalogue.Signatures
}
