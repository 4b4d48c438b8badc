// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Core.Failures;

/// <summary>Either a value or the <see cref="Failures.Failure"/> that took its place.</summary>
/// <typeparam name="T">What success gives.</typeparam>
public readonly struct Result<T>
{
    private Result(T? value, Failure? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value; default when <see cref="Failure"/> is set.</summary>
    public T? Value { get; }

    /// <summary>The failure, or null on success.</summary>
    public Failure? Failure { get; }

    /// <summary>True on success.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Failure is null;

    /// <summary>Makes a success.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Makes a failure.</summary>
    /// <param name="failure">The failure.</param>
    public static implicit operator Result<T>(Failure failure) => new(default, failure);

    /// <summary>Makes a success; needed where <typeparamref name="T"/> is an interface, which no conversion operator takes.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The success.</returns>
    public static Result<T> Of(T value) => new(value, null);

    /// <summary>The value, or throws the failure as a <see cref="DragonflyException"/>.</summary>
    /// <returns>The value.</returns>
    public T OrThrow() => IsSuccess ? Value : throw Failure.ToException();
}
