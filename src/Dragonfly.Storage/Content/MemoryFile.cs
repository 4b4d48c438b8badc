// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>
/// A file without a name whose bytes are memory (<c>memfd_create(2)</c>). It can be opened by its path like any other as long as it is not disposed, and gives memory
/// back where holes are punched. Thread safe.
/// </summary>
internal sealed class MemoryFile : IDisposable
{
    private const uint CloseOnExec = 1;
    private readonly SafeFileHandle _file;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="IOException">The kernel gives none: no descriptor is left, or no memory.</exception>
    internal MemoryFile()
    {
        _file = Libc.CreateMemory("dragonfly-passing", CloseOnExec);
        if (_file.IsInvalid)
        {
            throw new IOException($"no memory file: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
        }

        Path = $"/proc/self/fd/{_file.DangerousGetHandle()}";
    }

    /// <summary>What it can be opened by, in this process.</summary>
    internal string Path { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    internal long HeldBytes => FileFacts.ReadBlocks(Path) * 512;

    /// <summary>Gives back the memory of a part, which reads as zeros from now on.</summary>
    internal void Punch(long start, long length) => _ = Libc.Allocate(_file, Libc.PunchHoleKeepSize, start, length);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
