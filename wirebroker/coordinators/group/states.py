"""The states of a classic group, as a table.

Kafka's ``ClassicGroupState`` is the model. What a member gets in each state (member id and generation being right):

=====================  =====================  ======================  ======================  ===================
request                Empty                  PreparingRebalance      CompletingRebalance     Stable
=====================  =====================  ======================  ======================  ===================
JoinGroup, new         starts a rebalance     waits for the others    starts a rebalance      starts a rebalance
JoinGroup, known id    UNKNOWN_MEMBER_ID      waits for the others    unchanged: the answer   unchanged follower:
                                                                      again; changed: starts  this generation; else
                                                                      a rebalance             starts a rebalance
SyncGroup, leader      UNKNOWN_MEMBER_ID      REBALANCE_IN_PROGRESS   written, then Stable    its assignment
SyncGroup, follower    UNKNOWN_MEMBER_ID      REBALANCE_IN_PROGRESS   waits for the leader    its assignment
Heartbeat              UNKNOWN_MEMBER_ID      REBALANCE_IN_PROGRESS   NONE                    NONE
OffsetCommit           UNKNOWN_MEMBER_ID      accepted                REBALANCE_IN_PROGRESS   accepted
LeaveGroup             UNKNOWN_MEMBER_ID      the others go on        starts a rebalance      starts a rebalance
=====================  =====================  ======================  ======================  ===================

What moves a group on::

    Empty                a member joins                                          -> PreparingRebalance
    PreparingRebalance   all have joined, or the rebalance timeout passed        -> CompletingRebalance
                         ... and nobody is left                                  -> Empty
    CompletingRebalance  the leader's assignment is written                      -> Stable
                         a member joins anew or changed, leaves, is silent,
                         or did not sync in time                                 -> PreparingRebalance
    Stable               the same, or the leader joins again                     -> PreparingRebalance

A group that was only used to commit offsets is Empty and has no protocol type. Only Empty and Stable are ever written,
so a restart forgets a rebalance that was under way. Dead is what a group is called that does not exist.
"""

from enum import Enum


class ClassicGroupState(Enum):
    """A state; the value is Kafka's name for it, which clients see."""

    EMPTY = "Empty"
    PREPARING_REBALANCE = "PreparingRebalance"
    COMPLETING_REBALANCE = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"


_EMPTY, _PREPARING, _COMPLETING, _STABLE = list(ClassicGroupState)[:4]

NEXT_STATES: dict[ClassicGroupState, frozenset[ClassicGroupState]] = {
    _EMPTY: frozenset({_PREPARING}),
    _PREPARING: frozenset({_COMPLETING, _EMPTY}),
    _COMPLETING: frozenset({_STABLE, _PREPARING}),
    _STABLE: frozenset({_PREPARING, _STABLE}),
    ClassicGroupState.DEAD: frozenset(),
}
"""From each state, those that may follow. Stable follows itself where a static member comes back under a new id."""
