// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Failures;

/// <summary>Carries a <see cref="Failures.Failure"/> across a stack that is too deep to return it through.</summary>
/// <param name="failure">The failure.</param>
/// <param name="inner">What caused it, if an exception did.</param>
public sealed class DragonflyException(Failure failure, Exception? inner = null) : Exception(failure.Detail, inner)
{
    /// <summary>The failure that is carried.</summary>
    public Failure Failure { get; } = failure;
}
