// Topics, their configuration, their offsets and groups, by the admin client.
import assert from 'node:assert/strict'

import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes, ListOffsetTimestamps } from '@platformatic/kafka'

import { FIRST_TIMESTAMP } from '../scenario/records.js'
import { eventually } from '../scenario/waiting.js'
import { committedGroup, committedOffset } from './groups.js'
import { messages, sendTen } from './records.js'
import { CLIENT_ID, readAll } from './session.js'

export async function createTopic(session) {
  const topic = await session.createTopic({ partitions: 3, configs: { 'retention.ms': '3600000' } })
  const { partitions } = await topicMetadata(session, topic, 3)
  assert.ok(partitions.every(({ leader }) => leader >= 0))
}

export async function describeTopic(session) {
  const topic = await session.createTopic({ partitions: 3 })
  const { id, brokers, controllerId } = await session.admin().metadata({ topics: [topic], forceUpdate: true })
  assert.ok(id)
  assert.ok(brokers.has(controllerId))
  const { partitions } = await topicMetadata(session, topic, 3)
  for (const { leader, replicas, isr } of partitions) {
    assert.ok(brokers.has(leader))
    assert.deepEqual(replicas, [leader])
    assert.deepEqual(isr, [leader])
  }
}

export async function describeConfigs(session) {
  const topic = await session.createTopic({ configs: { 'retention.ms': '3600000' } })
  const configs = await configsOf(session, topic)
  assert.equal(configs.get('retention.ms'), '3600000')
  assert.equal(configs.get('max.message.bytes'), '1048588')
}

export async function alterConfigs(session) {
  const topic = await session.createTopic({ configs: { 'retention.ms': '3600000' } })
  const set = IncrementalAlterConfigOperationTypes.SET
  await session.admin().incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: topic,
        configs: [{ name: 'max.message.bytes', value: '123456', configOperation: set }],
      },
    ],
  })
  const altered = configs => configs.get('max.message.bytes') === '123456'
  const configs = await eventually(() => configsOf(session, topic), altered, 'the altered max.message.bytes')
  assert.equal(configs.get('retention.ms'), '3600000')
}

export async function addPartitions(session) {
  const topic = await session.createTopic()
  await session.admin().createPartitions({ topics: [{ name: topic, count: 4 }] })
  await topicMetadata(session, topic, 4)
  await session.producer().send({ messages: messages(topic, ['to the new one'], () => 3) })
  const [record] = await readAll(session, topic, 1)
  assert.equal(record.partition, 3)
}

export async function deleteTopic(session) {
  const topic = await session.createTopic()
  const list = () => session.admin().listTopics()
  await eventually(list, topics => topics.includes(topic), 'the topic in the list')
  await session.admin().deleteTopics({ topics: [topic] })
  await eventually(list, topics => !topics.includes(topic), 'the topic to be gone from the list')
}

export async function deleteRecords(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  const [deleted] = await session.admin().deleteRecords({
    topics: [{ name: topic, partitions: [{ partition: 0, offset: 5n }] }],
  })
  assert.deepEqual(deleted.partitions, [{ partition: 0, lowWatermark: 5n }])
  assert.deepEqual(await session.offsets(topic, ListOffsetTimestamps.EARLIEST), [5n])
}

export async function listOffsets(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  assert.deepEqual(await session.offsets(topic, ListOffsetTimestamps.EARLIEST), [0n])
  assert.deepEqual(await session.offsets(topic, ListOffsetTimestamps.LATEST), [10n])
}

export async function offsetsForTimes(session) {
  const topic = await session.createTopic()
  await sendTen(session, topic)
  assert.deepEqual(await session.offsets(topic, BigInt(FIRST_TIMESTAMP + 4500)), [5n])
  assert.deepEqual(await session.offsets(topic, BigInt(FIRST_TIMESTAMP + 60_000)), [-1n])
}

export async function listGroups(session) {
  const { groupId } = await committedGroup(session)
  const groups = await session.admin().listGroups()
  assert.equal(groups.get(groupId)?.protocolType, 'consumer')
}

export async function describeGroup(session) {
  const topic = await session.createTopic({ partitions: 2 })
  const groupId = session.name
  const member = await session.member({ topic, groupId })
  await member.hasPartitions(2)
  const group = (await session.admin().describeGroups({ groups: [groupId] })).get(groupId)
  assert.equal(group.state.toUpperCase(), 'STABLE')
  assert.equal(group.protocol, 'roundrobin')
  assert.deepEqual([...group.members.keys()], [member.consumer.memberId])
  const described = group.members.get(member.consumer.memberId)
  assert.equal(described.clientId, CLIENT_ID)
  assert.deepEqual(described.assignments.get(topic).partitions.toSorted(), [0, 1])
}

export async function groupOffsets(session) {
  const { groupId, topic } = await committedGroup(session)
  assert.equal(await committedOffset(session, groupId, topic), 5n)
  await session.admin().alterConsumerGroupOffsets({
    groupId,
    topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: 2n }] }],
  })
  assert.equal(await committedOffset(session, groupId, topic), 2n)
}

export async function deleteGroup(session) {
  const { groupId } = await committedGroup(session)
  await session.admin().deleteGroups({ groups: [groupId] })
  assert.ok(!(await session.admin().listGroups()).has(groupId))
}

async function topicMetadata(session, topic, partitions) {
  const ask = async () => (await session.admin().metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)
  return eventually(ask, ({ partitionsCount }) => partitionsCount === partitions, `${partitions} partitions listed`)
}

async function configsOf(session, topic) {
  const [{ configs }] = await session.admin().describeConfigs({
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: topic }],
  })
  return new Map(configs.map(({ name, value }) => [name, value]))
}
