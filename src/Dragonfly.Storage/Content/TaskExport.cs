// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Files;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>
/// One export: (1) a file without a name on the output's file system, or one under a temporary name where there is no such thing, (2) the bytes: the whole file shared (reflink), or copied inside
/// the kernel piece by piece as they finish, or a hard link, (3) what was copied is verified against the store and the digest, (4) mode and owner, (5) the name, in one
/// step. Whatever fails, the temporary file goes and the output is as it was; a process that is killed leaves nothing. Used once.
/// </summary>
/// <param name="task">What to export.</param>
/// <param name="request">Where and how.</param>
internal sealed class TaskExport(StoredTask task, ExportRequest request)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _output = Path.Join(FolderOf(request), Path.GetFileName(request.OutputPath));
    private readonly string _temporary = Path.Join(FolderOf(request), TemporaryName.For(request.OutputPath));

    private CancellationToken _arriving;

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null on success.</returns>
    internal async Task<Failure?> RunAsync(CancellationToken cancellationToken)
    {
        if (!request.Overwrite && OutputExists())
        {
            return Exists();
        }

        using var arriving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.FetchingEnded);
        _arriving = arriving.Token;
        try
        {
            // Copying and hashing block on the disk.
            return await Task.Run<Failure?>(() => request.ForceHardLink ? LinkAsync(cancellationToken) : CopyAsync(cancellationToken), cancellationToken);
        }
        catch (OperationCanceledException) when (request.FetchingEnded.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Lost();
        }
        catch (DragonflyException e)
        {
            // The stored file went between two steps.
            return e.Failure is { Kind: FailureKind.NotFound, Source: FailureSource.Local } ? Lost() : e.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The caller knows the output's name, not the one that it has meanwhile.
            var failure = StorageFailures.From(e, $"The output {request.OutputPath} cannot be written");
            return failure with { Detail = failure.Detail.Replace(_temporary, request.OutputPath, StringComparison.Ordinal) };
        }
        finally
        {
            RemoveTemporary();
        }
    }

    private void RemoveTemporary()
    {
        try
        {
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such folder, or it lost its permissions meanwhile: the failure that is returned says so.
        }
    }

    private async Task<Failure?> LinkAsync(CancellationToken cancellationToken)
    {
        if (request.Range is not null)
        {
            return new Failure(FailureKind.Invalid, FailureSource.Caller, "A part of a content cannot be hard-linked; ask for a copy.");
        }

        await CompleteAsync();
        var failure = Incomplete() ?? await VerifyAsync(cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        using (var content = task.OpenContent().OrThrow())
        {
            if (CheckDigest(content.Stream.SafeFileHandle, cancellationToken) is { } wrong)
            {
                return wrong;
            }
        }

        return task.LinkTo(_temporary, request.OutputPath) ?? Publish();
    }

    private async Task<Failure?> CopyAsync(CancellationToken cancellationToken)
    {
        var unnamed = UnnamedFile.TryCreate(FolderOf(request));
        using (var output = unnamed ?? File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            File.SetUnixFileMode(output, Private);
            var failure = request.Range is { } range
                ? await CopyRangeAsync(output, range, cancellationToken)
                : await CopyWholeAsync(output, cancellationToken);
            failure ??= CheckDigest(output, cancellationToken) ?? GiveAway(output);
            if (failure is not null)
            {
                return failure;
            }

            if (unnamed is not null)
            {
                return PublishUnnamed(unnamed);
            }
        }

        return Publish();
    }

    private async Task<Failure?> CopyWholeAsync(SafeFileHandle output, CancellationToken cancellationToken)
    {
        // What is there already is verified first; what finishes from now on was just written by ourselves.
        if (await VerifyAsync(cancellationToken) is { } dropped)
        {
            return dropped;
        }

        var shares = false;
        await foreach (var piece in task.FollowAsync(_arriving))
        {
            // Opened for each piece: should the file be replaced meanwhile, its dropped pieces come again, in the new one.
            using var content = task.OpenContent().OrThrow();
            shares = shares || FileCopy.TryShareBlocks(content.Stream.SafeFileHandle, output);
            if (!shares)
            {
                FileCopy.Copy(content.Stream.SafeFileHandle, output, piece.Range, piece.Range.Start, cancellationToken);
            }
        }

        return Incomplete() ?? (shares ? ShareBlocks(output) : null) ?? await VerifyAsync(cancellationToken);
    }

    private Failure? ShareBlocks(SafeFileHandle output)
    {
        using var content = task.OpenContent().OrThrow();
        return FileCopy.TryShareBlocks(content.Stream.SafeFileHandle, output)
            ? null
            : StorageFailures.FromLastError($"The output {request.OutputPath} cannot share the stored content's blocks");
    }

    private async Task<Failure?> CopyRangeAsync(SafeFileHandle output, ByteRange range, CancellationToken cancellationToken)
    {
        var (first, count) = task.Generation.Layout.PiecesOf(range);
        for (var i = 0; i < count; i++)
        {
            if (await task.WaitForAsync(new PieceNumber(first.Value + i), _arriving) is null)
            {
                return new Failure(FailureKind.Invalid, FailureSource.Caller, $"The content of task {task.Id} does not reach to {range}.");
            }
        }

        var dropped = await task.VerifyAsync(first, count, cancellationToken);
        if (dropped.Count > 0)
        {
            return Changed(dropped);
        }

        using var content = task.OpenContent().OrThrow();
        FileCopy.Copy(content.Stream.SafeFileHandle, output, range, 0, cancellationToken);
        return null;
    }

    private async Task CompleteAsync()
    {
        await foreach (var _ in task.FollowAsync(_arriving))
        {
        }
    }

    private async Task<Failure?> VerifyAsync(CancellationToken cancellationToken)
    {
        var dropped = await task.VerifyAsync(new PieceNumber(0), int.MaxValue, cancellationToken);
        return dropped.Count == 0 ? null : Changed(dropped);
    }

    private Failure Changed(IReadOnlyList<PieceNumber> dropped) =>
        new(FailureKind.Corrupt, FailureSource.Local, $"{dropped.Count} stored pieces of task {task.Id} had been changed on disk; they were dropped and must be fetched again.");

    private Failure Lost() =>
        new(FailureKind.Corrupt, FailureSource.Local, $"Stored pieces of task {task.Id} were lost on disk; they must be fetched again.");

    private Failure? Incomplete() =>
        task.IsComplete ? null : new Failure(FailureKind.Cancelled, FailureSource.Local, $"Task {task.Id} was removed or replaced while it was exported.");

    private Failure? CheckDigest(SafeFileHandle file, CancellationToken cancellationToken)
    {
        if (request.Digest is not { } wanted)
        {
            return null;
        }

        var found = FileDigest.Compute(file, wanted.Algorithm, cancellationToken);
        return found == wanted.Encoded
            ? null
            : new Failure(FailureKind.Corrupt, FailureSource.Caller, $"digest mismatch expected: {wanted}, actual: {wanted.Algorithm.ToString().ToLowerInvariant()}:{found}");
    }

    private Failure? GiveAway(SafeFileHandle output)
    {
        File.SetUnixFileMode(output, Readable);
        return request.Owner is not { } owner || Libc.ChangeOwner(output, owner.UserId, owner.GroupId) == 0
            ? null
            : StorageFailures.FromLastError($"The output {request.OutputPath} cannot be given to user {owner.UserId}");
    }

    private Failure? PublishUnnamed(SafeFileHandle output)
    {
        // A name cannot be taken over by a link, only by a rename: for the moment between, the file has its temporary name.
        if (UnnamedFile.TryName(output, request.Overwrite ? _temporary : _output))
        {
            return request.Overwrite ? Publish() : null;
        }

        return UnnamedFile.NameIsTaken ? Exists() : StorageFailures.FromLastError($"The output {request.OutputPath} cannot be written");
    }

    private Failure? Publish()
    {
        if (request.Overwrite)
        {
            File.Move(_temporary, _output, overwrite: true);
            return null;
        }

        if (Libc.Rename(Libc.AtCurrentDirectory, _temporary, Libc.AtCurrentDirectory, _output, Libc.RenameNoReplace) == 0)
        {
            return null;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Libc.Exists => Exists(),

            // Some network file systems cannot rename so; a link fails on an existing name too, and the temporary one is removed at the end.
            Libc.Invalid or Libc.NotImplemented when Libc.Link(_temporary, _output) == 0 => null,
            _ => StorageFailures.FromLastError($"The output {request.OutputPath} cannot be written"),
        };
    }

    private bool OutputExists() => File.Exists(_output) || Directory.Exists(_output);

    private static string FolderOf(ExportRequest request) =>
        request.Folder is { } opened ? $"/proc/self/fd/{opened.DangerousGetHandle()}" : Path.GetDirectoryName(request.OutputPath) ?? "/";

    private Failure Exists() =>
        new(FailureKind.AlreadyExists, FailureSource.Caller, $"The output {request.OutputPath} exists already. Allow overwriting or choose another.");
}
