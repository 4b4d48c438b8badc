// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Dragonfly.Cli.Get;

/// <summary>Tells files from devices, pipes and sockets, which .NET does not.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int StructLength = 256;
    private const int ModeAt = 28;

    /// <summary>Whether a path that exists leads to a regular file; links are followed. True where it cannot be found out.</summary>
    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // struct statx: the mode is at 28 (statx(2)); the layout is the same on all architectures.
        Span<byte> buffer = stackalloc byte[StructLength];
        return StatX(CurrentFolder, path, 0, TypeOnly, ref MemoryMarshal.GetReference(buffer)) != 0
            || (MemoryMarshal.Read<ushort>(buffer[ModeAt..]) & 0xF000) == 0x8000;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte buffer);
}
