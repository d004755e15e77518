// A weight file as it is recognised: by its digest, its tensors, and what its tensors hold.

public import SelvageTypes

/// A weight file (checkpoint, adapter, environment) as it is recognised.
///
/// Every file has a digest. A safetensors file also has its tensors, each with the digest of its
/// bytes and the signs of 64 of its elements, so that a copy is recognised whose file was renamed,
/// whose metadata were stripped, whose tensors were renamed, or whose elements were rounded.
public struct ModelFile: Hashable, Sendable, Codable {
    /// One tensor.
    public struct Tensor: Hashable, Sendable, Codable {
        /// Its name in the model.
        public let name: String
        /// The type of its elements, such as `F16`.
        public let elementType: String
        /// Its dimensions, the slowest first.
        public let shape: [Int]
        /// The digest of its bytes.
        public let digest: Digest
        /// The signs of 64 elements evenly spread, or nil where signs say nothing: of lists, of
        /// fewer than 1,024 elements, and of types without a sign of their own.
        public let signs: UInt64?
    }

    /// The digest of the whole file.
    public let digest: Digest

    /// The length of the whole file.
    public let byteCount: Int

    /// The tensors by name; empty for other formats and for a broken header.
    public let tensors: [Tensor]

    /// What the file says of itself; anybody can write there, so it proves nothing.
    public let metadata: [String: String]

    /// Why a file that begins as safetensors has no tensors here.
    public let fault: ModelFileError?

    /// The digest over the sorted names, element types and shapes; nil without tensors.
    ///
    /// Files with the same fingerprint have the same architecture in the same precision.
    public var fingerprint: Digest? {
        guard !tensors.isEmpty else { return nil }
        // A name may hold any character, so its length goes before it.
        let lines = tensors.map {
            "\($0.name.utf8.count):\($0.name)\t\($0.elementType)\t\($0.shape)\n"
        }
        return Digest(of: lines.joined())
    }

    /// Whether most tensors are those of a low-rank adapter (LoRA).
    public var isAdapter: Bool {
        let marks = ["lora_up", "lora_down", "lora_A", "lora_B", "lora_mid", "hada_w", "lokr_w"]
        let count = tensors.count { tensor in marks.contains { tensor.name.contains($0) } }
        return count * 2 > tensors.count
    }

    /// The models that the file says it was made from.
    ///
    /// - Source: Stability AI's ModelSpec 1.0 (`modelspec.`), kohya's sd-scripts (`ss_`).
    public var statedBaseModels: [String] {
        let keys = [
            "modelspec.merged_from", "ss_sd_model_name", "ss_base_model_version",
            "modelspec.architecture", "base_model",
        ]
        return keys.compactMap { metadata[$0] }.filter { !$0.isEmpty && $0 != "None" }
    }
}
