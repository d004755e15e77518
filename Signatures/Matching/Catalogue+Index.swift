// The index of a catalogue's repeats: opened where it lies, or made from the files of features.

internal import Foundation
internal import Recognition
internal import SelvageTypes

extension CatalogueFolder {
    /// Indices, each named by the features that it is of.
    ///
    /// They are derived: what is wrong, of another generation or missing is made again, and the
    /// folder may be deleted at any time.
    static let indexFolder = "index"
}

extension Catalogue {
    /// A repeat that is searched for: whose it is, and where its features are.
    struct SearchedRepeat {
        let subject: RepeatSubject
        let record: RepeatRecord
    }

    /// Every asset and part that has features, in the order of the file.
    var searchedRepeats: [SearchedRepeat] {
        entries.flatMap { entry -> [SearchedRepeat] in
            let colourways = entry.colourways
            let parts = (entry.signatures.parts ?? [:]).sorted { $0.key < $1.key }.filter {
                colourways[$0.key] == nil
            }
            return
                (entry.signatures.repeat.map {
                    [searched($0, of: entry, colourways: colourways)]
                } ?? []) + parts.map { searched($0.value.repeat, of: entry, part: $0.key) }
        }
    }

    private func searched(
        _ record: RepeatRecord, of entry: Entry, part: String? = nil,
        colourways: [String: Palette] = [:]
    ) -> SearchedRepeat {
        SearchedRepeat(
            subject: RepeatSubject(
                asset: entry.asset.id, component: part,
                background: record.heldAgainst,
                isDistinctive: record.isDistinctive, colourways: colourways),
            record: record)
    }

    /// Writes the index of the catalogue's repeats into its folder, for all who read it from now on.
    ///
    /// Repeats that the index of an earlier generation has are taken over from it, and so are the
    /// centres that it learned, until the catalogue has doubled. The indices of earlier generations
    /// are removed; processes that read them keep them.
    ///
    /// - Returns: The bytes of the index; 0 for a catalogue without features.
    /// - Throws: `CatalogueError` when a file of features is missing or damaged, or the index cannot
    ///   be written. The catalogue can be used all the same: whoever reads it makes the index then.
    @discardableResult
    public func makeIndex() throws(CatalogueError) -> Int {
        let repeats = searchedRepeats
        guard algorithms["repeat"] == LocalFeatures.version, !repeats.isEmpty, let folder else {
            return 0
        }
        let place = RepeatIndexFolder(catalogue: folder)
        if let known = place.opened(repeats.map(\.record)), known.isWhole() {
            return known.form.size
        }
        do {
            try FileManager.default.createDirectory(
                atPath: place.path, withIntermediateDirectories: true)
            let index = try index(of: repeats, in: place)
            place.removeOthers(than: repeats.map(\.record))
            return index.form.size
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(
                .unwritable, file: place.path,
                "The search index cannot be written. Check the folder's permissions and free space."
            )
        }
    }

    /// The index of some repeats: opened, or made and kept where the folder of indices is.
    ///
    /// - Throws: `CatalogueError` when a file of features is needed, and missing or damaged.
    func openedIndex(of repeats: [SearchedRepeat]) throws(CatalogueError) -> RepeatIndex {
        let place = folder.map { RepeatIndexFolder(catalogue: $0) }
        if let known = place?.opened(repeats.map(\.record)) { return known }
        return try remadeIndex(of: repeats)
    }

    /// The index of some repeats, made from the files of features.
    func remadeIndex(of repeats: [SearchedRepeat]) throws(CatalogueError) -> RepeatIndex {
        if let place = folder.map({ RepeatIndexFolder(catalogue: $0) }), place.exists {
            do {
                return try index(of: repeats, in: place)
            } catch let error as CatalogueError {
                throw error
            } catch {
                // There it cannot be written: it is made in memory, for this process alone.
            }
        }
        do {
            return try index(of: repeats, in: nil)
        } catch let error as CatalogueError {
            throw error
        } catch {
            throw CatalogueError(
                .unreadable, file: folder ?? "",
                "There is not enough memory for the search index of \(repeats.count) repeats.")
        }
    }

    private func index(
        of repeats: [SearchedRepeat], in place: RepeatIndexFolder?
    ) throws -> RepeatIndex {
        try RepeatIndex.made(
            in: place?.file(of: repeats.map(\.record)),
            features: repeats.map { ($0.record.features, $0.record.keypoints) },
            old: place?.latest
        ) { number in try signature(repeats[number].record) }
    }
}

/// The folder in which the indices of a catalogue lie.
struct RepeatIndexFolder {
    let path: String
    private static let ending = ".sxi"
    /// What a process that was stopped left behind is removed after a day.
    private static let leftover: TimeInterval = 86_400

    init(catalogue folder: String) {
        path = CatalogueFolder.path(folder, CatalogueFolder.indexFolder)
    }

    /// Whether there is such a folder: only then an index is kept by those who merely read.
    var exists: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The file of some features.
    func file(of records: [RepeatRecord]) -> String {
        "\(path)/\(RepeatIndex.key(of: records.map(\.features.bytes)).hex)\(Self.ending)"
    }

    /// The index of some features, when its file is there and what it should be.
    func opened(_ records: [RepeatRecord]) -> RepeatIndex? {
        let index = try? RepeatIndex(
            file: file(of: records), features: records.map(\.features))
        guard let index, index.entries.count == records.count else { return nil }
        return index
    }

    /// The index that was written last, of whatever features.
    var latest: RepeatIndex? {
        names.filter { $0.hasSuffix(Self.ending) }
            .max { changed($0) < changed($1) }
            .flatMap { try? RepeatIndex(file: "\(path)/\($0)") }
    }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    private func changed(_ name: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    /// Removes the indices of other features, and what was never finished.
    func removeOthers(than records: [RepeatRecord]) {
        let own = file(of: records)
        for name in names where "\(path)/\(name)" != own {
            let isLeftover =
                name.hasSuffix(".tmp") && -changed(name).timeIntervalSinceNow > Self.leftover
            guard name.hasSuffix(Self.ending) || isLeftover else { continue }
            try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
        }
    }
}
