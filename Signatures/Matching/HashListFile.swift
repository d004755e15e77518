// PDQ hash lists as others exchange them: one hexadecimal hash a line.

public import SelvageTypes

/// PDQ hash lists: a line is a hash of 64 hexadecimal digits, optionally `,quality` and `,name`.
///
/// - Source: the reference tools of ThreatExchange print `hash,quality,filename`.
public enum HashListFile {
    /// One line of a list.
    public struct Line: Hashable, Sendable {
        /// The hash.
        public let hash: PerceptualHash
        /// PDQ quality; 100 when the list does not say.
        public let quality: Int
        /// What the list calls it; empty when it does not.
        public let name: String
    }

    /// Reads a list; empty lines and lines that begin with `#` are left out.
    ///
    /// - Throws: `CatalogueError` with the line that is no hash.
    public static func lines(in text: String, file: String) throws(CatalogueError) -> [Line] {
        var result: [Line] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            let quality = fields.count > 1 ? Int(fields[1]) : 100
            guard let hash = PerceptualHash(hex: String(fields[0])), let quality,
                (0...100).contains(quality)
            else {
                throw CatalogueError(
                    .malformed, file: file, line: index + 1,
                    "The line is no PDQ hash: 64 hexadecimal digits, then perhaps a comma and a "
                        + "quality of 0 to 100. Correct or remove it.")
            }
            result.append(
                Line(hash: hash, quality: quality, name: fields.count > 2 ? String(fields[2]) : ""))
        }
        return result
    }

    /// The assets of a catalogue as a list of `hash,quality,id`.
    public static func text(of catalogue: Catalogue) -> String {
        catalogue.entries.map { entry in
            let pdq = entry.signatures.pdq
            return "\(pdq.hash.hex),\(pdq.quality),\(entry.asset.id)\n"
        }.joined()
    }
}
