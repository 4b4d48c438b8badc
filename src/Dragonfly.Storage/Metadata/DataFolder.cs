// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Storage.Native;

namespace Dragonfly.Storage.Metadata;

/// <summary>Where things lie in the data folder, and whether the folder is fit to hold them. Immutable.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const uint GroupOrOtherMayWrite = 0b000_010_010;
    private const uint GroupOrOtherMayAnything = 0b000_111_111;

    // Two hexadecimal digits more than one would do: 4096 folders keep each small with millions of tasks. The original's layout.
    private const int PrefixLength = 3;

    private DataFolder(string root)
    {
        Root = root;
        Tasks = Path.Combine(root, "content", "tasks");
        Metadata = Path.Combine(root, "metadata");
    }

    internal string Root { get; }

    internal string Tasks { get; }

    internal string Metadata { get; }

    internal string Journal => Path.Combine(Metadata, "journal");

    internal string Lock => Path.Combine(Metadata, "lock");

    /// <summary>Makes what is missing and checks owner and mode of what is there.</summary>
    /// <param name="root">The configured folder.</param>
    /// <returns>The folder, or why it is not fit.</returns>
    internal static Result<DataFolder> Prepare(string root)
    {
        var folder = new DataFolder(Path.GetFullPath(root));
        try
        {
            Directory.CreateDirectory(folder.Root, OwnerOnly);

            // Each by itself: the mode is given to the last part of a path only.
            Directory.CreateDirectory(Path.Combine(folder.Root, "content"), OwnerOnly);
            Directory.CreateDirectory(folder.Tasks, OwnerOnly);
            Directory.CreateDirectory(folder.Metadata, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failed = StorageFailures.From(e, $"The data folder {folder.Root} cannot be used");
            return failed with { Detail = $"{failed.Detail} Give this user the right to write there, or set storage.dir to another folder." };
        }

        // The folder itself may have been made by an administrator with the usual 0755; what is inside is ours alone.
        var failure = Check(folder.Root, GroupOrOtherMayWrite)
            ?? Check(Path.Combine(folder.Root, "content"), GroupOrOtherMayAnything)
            ?? Check(folder.Metadata, GroupOrOtherMayAnything);
        return failure is null ? folder : failure;
    }

    /// <summary>No folder: for a store in memory, whose contents have no names.</summary>
    internal static DataFolder None() => new("(memory)");

    /// <summary>The content file of a task.</summary>
    internal string ContentOf(TaskId id) => Path.Combine(Tasks, id.Text[..PrefixLength], id.Text);

    private static Failure? Check(string path, uint forbidden)
    {
        if (!FileFacts.TryRead(path, out var facts))
        {
            return StorageFailures.FromLastError($"The data folder {path} cannot be examined");
        }

        var user = Libc.EffectiveUser();
        if (facts.User != user)
        {
            return new Failure(
                FailureKind.Denied,
                FailureSource.Local,
                $"The data folder {path} belongs to user {facts.User}, not to this process's user {user}. Change its owner or configure another folder.");
        }

        return (facts.Mode & forbidden) == 0
            ? null
            : new Failure(
                FailureKind.Denied,
                FailureSource.Local,
                $"The data folder {path} has mode {Convert.ToString(facts.Mode & 0b111_111_111, 8)}: others could change or read what it holds. Run: chmod go-rwx {path}");
    }
}
