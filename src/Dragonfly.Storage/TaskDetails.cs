// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage;

/// <summary>What is remembered of a task beside its bytes, to list it and to announce it again. Immutable; never holds credentials.</summary>
/// <param name="Url">The origin's URL without filtered query parameters; empty when the content has no origin.</param>
/// <param name="Tag">The request's tag, or empty.</param>
/// <param name="Application">The request's application, or empty.</param>
/// <param name="FilteredQueryParams">Query names that take no part in the id.</param>
/// <param name="RequestedPieceLength">The piece length that the request set, or null for automatic; part of the id.</param>
public sealed record TaskDetails(
    string Url,
    string Tag,
    string Application,
    IReadOnlyList<string> FilteredQueryParams,
    long? RequestedPieceLength);
