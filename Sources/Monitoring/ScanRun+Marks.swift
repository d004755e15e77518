// How a run reads watermarks, and what people should know about that.

internal import Matching
internal import Persistence
internal import SelvageTypes

extension ScanRun {
    /// The reading of marks that the plan asks for; nil when it asks for none or there is no key.
    ///
    /// - Throws: `StoreError` when the keys do not open.
    func marks() throws(StoreError) -> MarkReading? {
        guard let policy = plan.watermark else { return nil }
        return try MarkReading(policy, catalogue, keys: workspace.keys)
    }

    /// What decides how pictures are compared: what is known of a picture under another digest has
    /// to be found anew.
    ///
    /// Without marks it is the catalogue's digest.
    func comparison(_ marks: MarkReading?) throws -> Digest {
        guard let marks, let policy = plan.watermark else { return catalogue.digest }
        let parts = [catalogue.digest.hex, "watermark", policy.rawValue] + marks.names
        return Digest(of: try JSONValue(encoding: parts).canonicalBytes)
    }

    /// What people should know about the reading of marks.
    func notes(onMarks marks: MarkReading?) -> [String] {
        guard plan.watermark != nil, marks == nil else { return [] }
        return [
            "The plan asks for watermarks, and the data folder has no watermark key of \(catalogue.licensor), so none were read."
        ]
    }
}
