// Built instead of etcd_raft_engine.cpp with -DFLORIN_CLUSTER=OFF: there is no engine, and no Go.
#include "cluster/consensus/etcd_raft_engine.hpp"

namespace florin::consensus {

std::unique_ptr<ConsensusEngine> make_etcd_raft_engine(EngineOptions) { return nullptr; }
void seed_elections(std::uint64_t) {}

}  // namespace florin::consensus
