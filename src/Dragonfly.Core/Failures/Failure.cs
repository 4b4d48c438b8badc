// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Failures;

/// <summary>An expected failure, handed about as a value. Immutable.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Source">Whom to blame.</param>
/// <param name="Detail">A sentence for people: the thing, the cause and, where there is one, the next step. No secrets.</param>
public sealed record Failure(FailureKind Kind, FailureSource Source, string Detail)
{
    /// <summary>What the origin answered, when <see cref="Source"/> is <see cref="FailureSource.Origin"/> and it answered at all.</summary>
    public OriginAnswer? Origin { get; init; }

    /// <summary>Wraps this failure for crossing a deep stack.</summary>
    /// <returns>The exception to throw.</returns>
    public DragonflyException ToException() => new(this);

    /// <inheritdoc/>
    public override string ToString() => Detail;
}
