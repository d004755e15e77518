// Whether a certificate may sign manifests at all, and whether its chain reaches a trusted anchor.

internal import SelvageTypes

/// What a certificate is used for, and so which purposes it must name.
enum CertificatePurpose: Hashable, Sendable {
    case claimSigning
    case timeStamping
    case identity

    /// The object identifiers of which one must be named.
    ///
    /// - Source: C2PA 2.2, 14.5: emailProtection, documentSigning, c2pa-kp-claimSigning (the
    ///   last in C2PA's own arc), timeStamping.
    var accepted: Set<String> {
        switch self {
        case .claimSigning, .identity:
            ["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1"]
        case .timeStamping: ["1.3.6.1.5.5.7.3.8"]
        }
    }
}

extension SignerCertificate {
    /// Why the certificate may not be used for a purpose; nil when it may.
    ///
    /// - Source: C2PA 2.2, 14.5.
    func objection(to purpose: CertificatePurpose) -> String? {
        guard isVersion3 else { return "the certificate is not of version 3" }
        if hasUniqueIdentifiers { return "the certificate carries unique identifiers" }
        if extensions.isAuthority { return "the certificate is an authority's" }
        if extensions.hasUnknownCritical { return "a critical extension is not understood" }
        guard extensions.hasAuthorityKey else {
            return "the certificate does not name its authority's key"
        }
        guard let usage = extensions.keyUsage,
            !usage.isDisjoint(with: [.digitalSignature, .nonRepudiation]),
            !usage.contains(.keyCertSign)
        else { return "the certificate's key may not make signatures" }
        return purposeObjection(purpose)
    }

    private func purposeObjection(_ purpose: CertificatePurpose) -> String? {
        guard let purposes = extensions.purposes else {
            return "the certificate names no purpose"
        }
        if purposes.contains("2.5.29.37.0") { return "the certificate is for any purpose" }
        guard !purpose.accepted.isDisjoint(with: purposes) else {
            return "the certificate is for other purposes"
        }
        // A key that vouches for times or for revocations may do nothing else.
        let alone = ["1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"]
        return purposes.count > 1 && purposes.contains(where: alone.contains)
            ? "the certificate mixes purposes that exclude each other" : nil
    }
}

/// Certificates that the caller trusts.
public struct TrustAnchors: Sendable {
    let certificates: [SignerCertificate]
    /// How many certificates of the list could not be read, and so vouch for nobody.
    public let unreadable: Int

    /// Nobody is trusted: every good signature is one of an unknown signer.
    public static let none = TrustAnchors(certificates: [])

    /// Whether a chain reaches an anchor, and every link of it held at a moment.
    ///
    /// - Source: RFC 5280, 6.1, without policies and name constraints; a chain has at most eight
    ///   links.
    func vouch(for leaf: SignerCertificate, with others: [SignerCertificate], at moment: Instant)
        -> Bool
    {
        if certificates.contains(where: { $0.der == leaf.der }) { return leaf.isValid(at: moment) }
        var current = leaf
        for below in 0..<8 {
            guard current.isValid(at: moment) else { return false }
            if certificates.contains(where: { $0.mayIssue(current, below: below, at: moment) }) {
                return true
            }
            let issuer = others.prefix(16).first {
                $0.der != current.der && $0.mayIssue(current, below: below, at: moment)
            }
            guard let issuer else { return false }
            current = issuer
        }
        return false
    }

    private init(certificates: [SignerCertificate], unreadable: Int = 0) {
        (self.certificates, self.unreadable) = (certificates, unreadable)
    }
}

extension TrustAnchors {
    /// Anchors from PEM text with any number of certificates.
    ///
    /// Lists of trusted authorities hold certificates of all kinds; those that cannot be read are
    /// counted and passed over.
    ///
    /// - Throws: `ManifestError` when none can be read.
    public init(pem text: String) throws(ManifestError) {
        let blocks = try CertificateChain.blocks(pem: text)
        let readable = blocks.compactMap { try? SignerCertificate(der: $0) }
        guard !readable.isEmpty else {
            throw ManifestError(
                .unusableCertificate, "None of the trusted certificates can be read.")
        }
        self.init(certificates: readable, unreadable: blocks.count - readable.count)
    }
}

extension SignerCertificate {
    /// Whether this is an authority that signed another certificate.
    ///
    /// - Parameter below: How many authorities already stand below.
    fileprivate func mayIssue(
        _ other: SignerCertificate, below: Int, at moment: Instant
    ) -> Bool {
        subject == other.issuer && extensions.isAuthority && isValid(at: moment)
            && extensions.keyUsage?.contains(.keyCertSign) != false
            && extensions.pathLength.map { below <= $0 } != false
            && !extensions.hasUnknownCritical && other.isSigned(by: self)
    }
}
