// Topics, their configuration, their offsets and groups, by the admin client.
import assert from 'node:assert/strict'

import kafkajs from 'kafkajs'

import { FIRST_TIMESTAMP } from '../scenario/records.js'
import { eventually } from '../scenario/waiting.js'
import { committedGroup, committedOffsets } from './groups.js'
import { sendTen } from './records.js'
import { CLIENT_ID, readAll } from './session.js'

const { AssignerProtocol, ConfigResourceTypes } = kafkajs

export async function createTopic(session) {
  const topic = await session.createTopic({ partitions: 3, configs: { 'retention.ms': '3600000' } })
  const partitions = await partitionsOf(session, topic, 3)
  assert.ok(partitions.every(({ leader }) => leader >= 0))
}

export async function describeTopic(session) {
  const topic = await session.createTopic({ partitions: 3 })
  const admin = await session.admin()
  const { brokers, controller, clusterId } = await admin.describeCluster()
  const ids = brokers.map(({ nodeId }) => nodeId)
  assert.ok(clusterId)
  assert.ok(ids.includes(controller))
  const partitions = await partitionsOf(session, topic, 3)
  assert.deepEqual(partitions.map(({ partitionId }) => partitionId).sort(), [0, 1, 2])
  for (const { leader, replicas, isr } of partitions) {
    assert.ok(ids.includes(leader))
    assert.deepEqual(replicas, [leader])
    assert.deepEqual(isr, [leader])
  }
}

export async function describeConfigs(session) {
  const topic = await session.createTopic({ configs: { 'retention.ms': '3600000' } })
  const configs = await configsOf(session, topic)
  assert.equal(configs.get('retention.ms').configValue, '3600000')
  assert.equal(configs.get('max.message.bytes').configValue, '1048588')
}

/** KafkaJS has the old AlterConfigs alone, which sets a whole configuration: `retention.ms` is at its default again. */
export async function alterConfigs(session) {
  const topic = await session.createTopic({ configs: { 'retention.ms': '3600000' } })
  const admin = await session.admin()
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: [{ name: 'max.message.bytes', value: '123456' }],
      },
    ],
  })
  const configs = await eventually(
    () => configsOf(session, topic),
    configs => configs.get('max.message.bytes').configValue === '123456',
    'the altered max.message.bytes',
  )
  assert.notEqual(configs.get('retention.ms').configValue, '3600000')
}

export async function addPartitions(session) {
  const topic = await session.createTopic()
  const admin = await session.admin()
  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
  await partitionsOf(session, topic, 4)
  const producer = await session.producer()
  const [{ partition }] = await producer.send({ topic, messages: [{ value: 'to the new one', partition: 3 }] })
  assert.equal(partition, 3)
  const [record] = await readAll(session, topic, 1)
  assert.equal(record.partition, 3)
}

export async function deleteTopic(session) {
  const topic = await session.createTopic()
  const admin = await session.admin()
  const listsTopic = topics => topics.includes(topic)
  await eventually(() => admin.listTopics(), listsTopic, 'the topic in the list')
  await admin.deleteTopics({ topics: [topic] })
  await eventually(
    () => admin.listTopics(),
    topics => !listsTopic(topics),
    'the topic to be gone from the list',
  )
}

export async function deleteRecords(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const admin = await session.admin()
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] })
  assert.deepEqual(await admin.fetchTopicOffsets(topic), [{ partition: 0, offset: '10', high: '10', low: '5' }])
}

export async function listOffsets(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const admin = await session.admin()
  const [{ low, high }] = await admin.fetchTopicOffsets(topic)
  assert.deepEqual({ low, high }, { low: '0', high: '10' })
}

/** Where no record is at or after the timestamp, KafkaJS gives the partition's end. */
export async function offsetsForTimes(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const admin = await session.admin()
  const within = await admin.fetchTopicOffsetsByTimestamp(topic, FIRST_TIMESTAMP + 4500)
  assert.deepEqual(within, [{ partition: 0, offset: '5' }])
  const after = await admin.fetchTopicOffsetsByTimestamp(topic, FIRST_TIMESTAMP + 60_000)
  assert.deepEqual(after, [{ partition: 0, offset: '10' }])
}

export async function listGroups(session) {
  const { groupId } = await committedGroup(session)
  const admin = await session.admin()
  const { groups } = await admin.listGroups()
  assert.equal(groups.find(group => group.groupId === groupId)?.protocolType, 'consumer')
}

export async function describeGroup(session) {
  const topic = await session.createTopic({ partitions: 2 })
  const groupId = session.name
  const member = await session.member({ topic, groupId })
  await member.hasPartitions(2)
  const admin = await session.admin()
  const { groups } = await admin.describeGroups([groupId])
  const { state, protocol, members } = groups[0]
  assert.equal(state, 'Stable')
  assert.equal(protocol, 'RoundRobinAssigner')
  assert.deepEqual(
    members.map(({ memberId, clientId }) => [memberId, clientId]),
    [[member.memberId, CLIENT_ID]],
  )
  const { assignment } = AssignerProtocol.MemberAssignment.decode(members[0].memberAssignment)
  assert.deepEqual(assignment[topic].toSorted(), [0, 1])
}

export async function groupOffsets(session) {
  const { groupId, topic } = await committedGroup(session)
  const admin = await session.admin()
  assert.equal((await committedOffsets(session, groupId, topic))[0].offset, '5')
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '2' }] })
  assert.equal((await committedOffsets(session, groupId, topic))[0].offset, '2')
}

export async function deleteGroup(session) {
  const { groupId } = await committedGroup(session)
  const admin = await session.admin()
  await admin.deleteGroups([groupId])
  const { groups } = await admin.listGroups()
  assert.ok(!groups.some(group => group.groupId === groupId))
}

async function partitionsOf(session, topic, count) {
  const admin = await session.admin()
  const ask = async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions
  return eventually(ask, partitions => partitions.length === count, `${count} partitions in the metadata`)
}

async function configsOf(session, topic) {
  const admin = await session.admin()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
  })
  return new Map(resources[0].configEntries.map(entry => [entry.configName, entry]))
}
