//! The few shapes of ASN.1 that keys and certificates are made of.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Reader, SliceReader, Tag, TagNumber, Tagged};

/// `AlgorithmIdentifier` of X.509.
pub(super) struct Algorithm<'a> {
    pub oid: ObjectIdentifier,
    /// DER; empty where there are none.
    pub parameters: &'a [u8],
}

/// The members of the one SEQUENCE that `der` is. Those that nobody reads are passed over.
pub(super) fn members(der: &[u8]) -> der::Result<SliceReader<'_>> {
    let mut reader = SliceReader::new(der)?;
    let members = sequence(&mut reader)?;
    reader.finish()?;
    Ok(members)
}

/// The members of a SEQUENCE that comes next.
pub(super) fn sequence<'a>(reader: &mut SliceReader<'a>) -> der::Result<SliceReader<'a>> {
    SliceReader::new(value(reader, Tag::Sequence)?)
}

/// An `AlgorithmIdentifier` that comes next.
pub(super) fn algorithm<'a>(reader: &mut SliceReader<'a>) -> der::Result<Algorithm<'a>> {
    let mut members = sequence(reader)?;
    let oid = members.decode()?;
    let parameters = if members.is_finished() { &[] } else { members.tlv_bytes()? };
    Ok(Algorithm { oid, parameters })
}

/// The bytes of an OCTET STRING that comes next.
pub(super) fn octets<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    value(reader, Tag::OctetString)
}

/// The bytes of a BIT STRING that comes next and has whole bytes.
pub(super) fn bits<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    let value = value(reader, Tag::BitString)?;
    value.strip_prefix(&[0]).ok_or_else(|| Tag::BitString.value_error().into())
}

/// A number above 0 that comes next, big endian and without leading zeros.
pub(super) fn number<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    let value = value(reader, Tag::Integer)?;
    Ok(value.strip_prefix(&[0]).unwrap_or(value))
}

/// The DER inside an explicit `[number]` that comes next.
pub(super) fn explicit<'a>(reader: &mut SliceReader<'a>, number: u32) -> der::Result<&'a [u8]> {
    value(reader, TagNumber(number).context_specific(true))
}

/// The bytes of an implicit `[number]` OCTET STRING in one piece that comes next.
pub(super) fn implicit_octets<'a>(reader: &mut SliceReader<'a>, number: u32) -> der::Result<&'a [u8]> {
    value(reader, TagNumber(number).context_specific(false))
}

/// The OCTET STRING inside an explicit `[0]` that comes next.
pub(super) fn explicit_octets<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    octets(&mut SliceReader::new(explicit(reader, 0)?)?)
}

fn value<'a>(reader: &mut SliceReader<'a>, tag: Tag) -> der::Result<&'a [u8]> {
    let any: AnyRef<'a> = reader.decode()?;
    any.tag().assert_eq(tag)?;
    Ok(any.value())
}
