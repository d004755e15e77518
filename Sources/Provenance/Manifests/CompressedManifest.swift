// A manifest that is stored compressed, unpacked within a limit.

internal import CBrotli

extension JUMBFBox {
    /// The manifest in the place of a compressed one, which is a superbox `c2cm` with one box `brob`.
    ///
    /// What is unpacked is the manifest's own superbox, of the same label; hashes of references are over
    /// that one.
    ///
    /// - Parameter room: How many bytes it may come to; what it takes is taken off.
    /// - Source: C2PA 2.2, 11.1.4 (compressed manifests); RFC 7932 (Brotli).
    /// - Throws: `ManifestError` when it is damaged, too large, or no manifest.
    func unpackedManifest(room: inout Int) throws(ManifestError) -> JUMBFBox {
        guard let packed = onlyBox("brob") else { throw .packed(label, "holds no compressed box") }
        var size = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            size = selvage_unbrotli(packed, packed.count, bytes.baseAddress, room)
            count = max(0, size)
        }
        guard size >= 0 else {
            throw .packed(label, "cannot be unpacked: it is damaged or larger than is read")
        }
        room -= size
        let manifest: JUMBFBox
        do throws(JUMBFError) {
            manifest = try JUMBFBox(reading: bytes)
        } catch {
            throw .packed(label, "unpacks to damaged boxes: \(error.detail)")
        }
        guard ["c2ma", "c2um"].contains(manifest.code), manifest.label == label else {
            throw .packed(label, "unpacks to something else than the manifest of its name")
        }
        return manifest
    }
}

extension ManifestError {
    fileprivate static func packed(_ label: String, _ what: String) -> Self {
        Self(.damagedStore, "The compressed manifest \(label) \(what).")
    }
}
