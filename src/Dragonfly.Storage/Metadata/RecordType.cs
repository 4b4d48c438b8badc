// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Metadata;

/// <summary>What a journal record says. Numbers are on disk: never reuse one. A reader keeps types that it does not know, for the version that does.</summary>
internal enum RecordType : byte
{
    /// <summary>A daemon opened the store: the boot of the machine that the following records belong to.</summary>
    Opened = 1,

    /// <summary>The store was closed in order: everything before is complete.</summary>
    Closed = 2,

    /// <summary>A task was made, with its generation.</summary>
    TaskCreated = 3,

    /// <summary>A task was removed or replaced.</summary>
    TaskRemoved = 4,

    /// <summary>A growing task learned its length.</summary>
    LengthFixed = 5,

    /// <summary>A piece has its first bytes written; after a kill they can be found again.</summary>
    PieceStarted = 6,

    /// <summary>A piece is complete.</summary>
    PieceFinished = 7,

    /// <summary>A piece or the beginning of one was thrown away.</summary>
    PieceDropped = 8,

    /// <summary>The beginning of a piece, exactly, at an orderly close.</summary>
    PiecePartial = 9,

    /// <summary>The change stamp of a content file whose finished pieces are all known to be right.</summary>
    StampTaken = 10,

    /// <summary>The file as stamped is on the medium, so also a power cut leaves it.</summary>
    Synced = 11,

    /// <summary>The origin confirmed the generation.</summary>
    Validated = 12,

    /// <summary>The task was used (coarse).</summary>
    Used = 13,
}
