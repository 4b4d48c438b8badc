// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Daemon.Rpc;

/// <summary>
/// Whether a caller may have this daemon, which is mightier, write a file for it: only where it could write itself. The original writes wherever
/// anybody asks (security.md 12).
/// </summary>
/// <remarks>Permission bits only: access lists that grant more than the bits are not honoured, which refuses too much rather than too little.</remarks>
internal static partial class OutputPermission
{
    private const int PathOnly = 0x200000 | 0x80000;
    private const int Sticky = 0x200;
    private const int Write = 2;
    private const int Search = 1;

    /// <summary>Checks a path.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="path">Where the output is to be.</param>
    /// <param name="overwrite">An existing file may be replaced.</param>
    /// <returns>The output's folder, opened, when it may be written: write through it, as the path may lead elsewhere a moment later. Dispose it.</returns>
    public static Result<SafeFileHandle> Check(SocketCaller caller, string path, bool overwrite)
    {
        if (!Path.IsPathFullyQualified(path) || path.EndsWith('/') || path.Contains('\0', StringComparison.Ordinal))
        {
            return new Failure(FailureKind.Invalid, FailureSource.Caller, $"The output '{path}' is not an absolute path of a file.");
        }

        // The folder as the kernel finds it: links on the way are followed, and dots behind them are not taken by their letters.
        var opened = OpenFolder(Path.GetDirectoryName(path)!);
        if (Refuse(caller, path, opened, overwrite) is not { } refusal)
        {
            return opened;
        }

        opened.Dispose();
        return refusal;
    }

    private static Failure? Refuse(SocketCaller caller, string path, SafeFileHandle opened, bool overwrite)
    {
        var pinned = $"/proc/self/fd/{opened.DangerousGetHandle()}";
        if (opened.IsInvalid || FileStat.Of(pinned) is not { IsFolder: true } parent || File.ResolveLinkTarget(pinned, false)?.FullName is not { } folder)
        {
            return new Failure(FailureKind.NotFound, FailureSource.Caller, $"There is no folder {Path.GetDirectoryName(path)}.");
        }

        path = Path.Join(folder, Path.GetFileName(path));
        if (!MaySearch(caller, folder) || !Allows(caller, parent, Write | Search))
        {
            return new Failure(FailureKind.Denied, FailureSource.Caller, $"You may not write to {folder}.");
        }

        // Looked at in the folder that is held, as it will be written there.
        if (FileStat.Of(Path.Join(pinned, Path.GetFileName(path))) is not { } existing)
        {
            return null;
        }

        if (existing.IsFolder)
        {
            return new Failure(FailureKind.Invalid, FailureSource.Caller, $"{path} is a folder.");
        }

        if (!existing.IsFile)
        {
            // A rename over /dev/null would take it from everybody.
            return new Failure(FailureKind.Invalid, FailureSource.Caller, $"{path} is no regular file but a device, pipe or socket, which is not replaced; choose another path.");
        }

        if (!overwrite)
        {
            return new Failure(FailureKind.AlreadyExists, FailureSource.Caller, $"{path} exists already; ask to overwrite it, or choose another path.");
        }

        var isProtected = (parent.Mode & Sticky) != 0 && caller.UserId != existing.UserId && caller.UserId != parent.UserId && caller.UserId != 0;
        return isProtected || !Allows(caller, existing, Write)
            ? new Failure(FailureKind.Denied, FailureSource.Caller, $"You may not overwrite {path}.")
            : null;
    }

    private static bool MaySearch(SocketCaller caller, string folder)
    {
        for (var current = folder; current is not null; current = Path.GetDirectoryName(current))
        {
            if (FileStat.Of(current) is not { } entry || !Allows(caller, entry, Search))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Allows(SocketCaller caller, FileStat entry, int wanted)
    {
        if (caller.UserId == 0)
        {
            return true;
        }

        var shift = caller.UserId == entry.UserId ? 6 : caller.GroupIds.Contains(entry.GroupId) ? 3 : 0;
        return ((entry.Mode >> shift) & wanted) == wanted;
    }

    // O_PATH | O_CLOEXEC: needs no permission on the folder itself, and cannot block.
    private static SafeFileHandle OpenFolder(string path) => new(Open(path, PathOnly), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
