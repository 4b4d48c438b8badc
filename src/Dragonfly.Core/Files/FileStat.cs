// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Dragonfly.Core.Files;

/// <summary>Whose a file is and of what kind, which .NET does not tell. Linux only.</summary>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Mode">Kind and permissions (inode(7)).</param>
public readonly partial record struct FileStat(uint UserId, uint GroupId, ushort Mode)
{
    private const int CurrentFolder = -100;
    private const uint BasicFields = 0x7ff;
    private const int StructLength = 256;
    private const int KindMask = 0xF000;

    /// <summary>A folder.</summary>
    public bool IsFolder => (Mode & KindMask) == 0x4000;

    /// <summary>A regular file: no folder, device, pipe or socket.</summary>
    public bool IsFile => (Mode & KindMask) == 0x8000;

    /// <summary>Looks; links are followed.</summary>
    /// <param name="path">The path.</param>
    /// <returns>What is there; null when nothing is, or it cannot be found out.</returns>
    public static FileStat? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // struct statx: mode at 28, user at 20, group at 24 (statx(2)); the layout is the same on all architectures.
        Span<byte> buffer = stackalloc byte[StructLength];
        return StatX(CurrentFolder, path, 0, BasicFields, ref MemoryMarshal.GetReference(buffer)) != 0
            ? null
            : new FileStat(MemoryMarshal.Read<uint>(buffer[20..]), MemoryMarshal.Read<uint>(buffer[24..]), MemoryMarshal.Read<ushort>(buffer[28..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte buffer);
}
