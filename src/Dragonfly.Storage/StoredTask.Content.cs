// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Metadata;
using Dragonfly.Storage.Native;

namespace Dragonfly.Storage;

/// <content>The content file as a whole: reading, exporting, syncing, removing.</content>
public sealed partial class StoredTask
{
    /// <summary>Opens the content for reading; share the handle, dispose it when done. It works on although the task is removed meanwhile.</summary>
    /// <returns>The handle, or a failure when the task was removed or replaced or the file is gone (the task's pieces are then dropped).</returns>
    public Result<ContentHandle> OpenContent()
    {
        lock (_gate)
        {
            if (_detached)
            {
                // Whatever has this name now is not ours.
                return new Failure(FailureKind.NotFound, FailureSource.Local, $"The stored content of task {Id} was removed or replaced.");
            }

            if (_layout.ContentLength == 0)
            {
                MakeEmpty();
            }

            var opened = File.Open();
            if (opened.Failure is { Kind: FailureKind.NotFound } && _writers == 0)
            {
                LoseEverything();
            }

            return opened;
        }
    }

    /// <summary>
    /// Writes the whole content to a file: temporary name beside it, reflink or copy (or hard link), digest, rename. A task that is still being fetched is
    /// copied piece by piece as it grows, while the bytes are warm, and ends when the task is complete.
    /// </summary>
    /// <param name="request">Where and how.</param>
    /// <param name="cancellationToken">Gives up; nothing is left behind.</param>
    /// <returns>Null on success, else why not; the output is untouched then.</returns>
    public Task<Failure?> ExportAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new TaskExport(this, request).RunAsync(cancellationToken);
    }

    /// <summary>Makes a second name for the content file, and takes the change of link count as our own doing.</summary>
    /// <param name="path">The new name.</param>
    /// <param name="shown">The name that the caller knows it by.</param>
    /// <returns>Null, or why not.</returns>
    internal Failure? LinkTo(string path, string shown)
    {
        lock (_gate)
        {
            if (_detached || !_complete)
            {
                return new Failure(FailureKind.Cancelled, FailureSource.Local, $"Task {Id} was removed or replaced while it was exported.");
            }

            var known = FileFacts.TryRead(Path, out var before) && IsBasis(before.Stamp);
            if (Libc.Link(Path, path) != 0)
            {
                return StorageFailures.FromLastError($"The output {shown} cannot be hard-linked to the stored content");
            }

            if (known && _stamp is not null && FileFacts.TryRead(Path, out var after) && after.Stamp.SameContentAs(before.Stamp))
            {
                _stamp = after.Stamp;
                RecordStamp();
            }

            return null;
        }
    }

    /// <summary>Takes the task off the store: nobody new gets it, its file is unlinked, readers go on with what they have open.</summary>
    internal void Detach()
    {
        lock (_gate)
        {
            if (_detached)
            {
                return;
            }

            _detached = true;
            _store.TryAppend(new RecordWriter(RecordType.TaskRemoved, Handle));
            _store.AddUsed(-_finishedBytes);
            ReleasePromise();
            _file?.Forget();
            Unlink();

            Announce(null);
        }
    }

    /// <summary>Detaches the task unless somebody uses it: one look and act, so that nobody begins to use it in between.</summary>
    /// <returns>False when somebody does.</returns>
    internal bool TryDetachIdle()
    {
        lock (_gate)
        {
            if (IsBusy)
            {
                return false;
            }

            Detach();
            return true;
        }
    }

    /// <summary>Gives back the room that was promised, when nobody writes any more.</summary>
    internal void ReleaseIdlePromise()
    {
        lock (_gate)
        {
            if (_claims == 0)
            {
                ReleasePromise();
            }
        }
    }

    /// <summary>Brings a complete content to the medium, so that it need not be hashed after a power cut. Blocking.</summary>
    /// <param name="finishedBefore">Only when it was finished before: the kernel has then written most of it by itself.</param>
    internal void Sync(DateTimeOffset finishedBefore)
    {
        ChangeStamp stamp;
        lock (_gate)
        {
            if (_synced || _detached || !_complete || _stamp is not { } present || present != _recordedStamp || FinishedAt > finishedBefore)
            {
                return;
            }

            stamp = present;
        }

        using var file = OpenQuietly();
        if (file is null)
        {
            return;
        }

        RandomAccess.FlushToDisk(file);
        lock (_gate)
        {
            if (!_detached && _recordedStamp == stamp && _stamp == stamp)
            {
                _synced = true;
                _store.TryAppend(new RecordWriter(RecordType.Synced, Handle));
            }
        }
    }

    private void Unlink()
    {
        if (Memory is not null)
        {
            // It has no name, and goes with its store.
            return;
        }

        try
        {
            System.IO.File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The record is gone, so the file is an orphan; the next opening sweeps it.
        }
    }

    private void ReleasePromise()
    {
        _store.AddPromised(-_promise);
        _promise = 0;
    }

    private void MakeEmpty()
    {
        if (!System.IO.File.Exists(Path))
        {
            File.OpenWriter(0, fresh: false);
            File.CloseWriter();
        }
    }
}
