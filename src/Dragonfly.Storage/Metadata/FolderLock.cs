// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Metadata;

/// <summary>Keeps a second daemon out of the folder. The kernel drops the lock with the process, so a kill leaves nothing to clean up.</summary>
internal sealed class FolderLock : IDisposable
{
    private const uint OwnerOnly = 0b110_000_000;

    private readonly SafeFileHandle _file;

    private FolderLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock and writes our process id for whoever comes second.</summary>
    /// <param name="path">The lock file.</param>
    /// <returns>The lock, or a failure that names the holder.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    internal static Result<FolderLock> Take(string path)
    {
        // Not File.OpenHandle: it takes a shared lock of its own at every opening, and would fail before the holder's id could be read.
        var descriptor = Libc.Open(path, Libc.OpenOrCreate, OwnerOnly);
        if (descriptor < 0)
        {
            return StorageFailures.FromLastError($"The lock file {path} cannot be opened");
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Libc.Lock(file, Libc.LockExclusive | Libc.LockNonBlocking) != 0)
        {
            var holder = ReadHolder(file);
            file.Dispose();
            return new Failure(
                FailureKind.AlreadyExists,
                FailureSource.Local,
                $"The data folder is in use by process {holder} ({path} is locked). Stop that daemon or configure another folder.");
        }

        var pid = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, pid, 0);
        return new FolderLock(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Said, not left to the closing: a child process that is just being started holds a copy of the descriptor for a moment.
        _ = Libc.Lock(_file, Libc.Unlock);
        _file.Dispose();
    }

    private static string ReadHolder(SafeFileHandle file)
    {
        var buffer = new byte[32];
        var count = RandomAccess.Read(file, buffer, 0);
        var text = Encoding.ASCII.GetString(buffer, 0, count).Trim();
        return text.Length == 0 ? "(unknown)" : text;
    }
}
