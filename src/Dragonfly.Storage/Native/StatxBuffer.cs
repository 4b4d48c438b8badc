// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Dragonfly.Storage.Native;

/// <summary><c>struct statx</c> of linux/stat.h: laid out alike on every architecture, which <c>struct stat</c> is not.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    [FieldOffset(16)]
    internal uint Links;

    [FieldOffset(20)]
    internal uint User;

    [FieldOffset(28)]
    internal ushort Mode;

    [FieldOffset(32)]
    internal ulong Inode;

    [FieldOffset(40)]
    internal ulong Size;

    [FieldOffset(48)]
    internal ulong Blocks;

    [FieldOffset(96)]
    internal long ChangedSeconds;

    [FieldOffset(104)]
    internal uint ChangedNanoseconds;

    [FieldOffset(112)]
    internal long ModifiedSeconds;

    [FieldOffset(120)]
    internal uint ModifiedNanoseconds;
}
