BEGIN TRANSACTION;
CREATE TABLE account (
	id INTEGER NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	password_hash VARCHAR(256) NOT NULL, 
	failed INTEGER NOT NULL, 
	locked_until INTEGER, 
	created_at INTEGER NOT NULL, 
	password_changed_at INTEGER, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT uq_account_name UNIQUE (name)
);
INSERT INTO "account" VALUES(1,'wang','operator','$argon2id$v=19$m=65536,t=3,p=4$AGa3HZe9LpXEhSa+kWvrtw$nxIbJ1JJDRtwBmbo5VlcJwdAiHrTfiR6y1eqUtv4oZM',0,NULL,1795502000000,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alert (
	id INTEGER NOT NULL, 
	rule VARCHAR(80) NOT NULL, 
	object_kind VARCHAR(16) NOT NULL, 
	object_id VARCHAR(200) NOT NULL, 
	device VARCHAR(80) NOT NULL, 
	division VARCHAR(12) NOT NULL, 
	severity VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	started_at INTEGER NOT NULL, 
	raised_at INTEGER, 
	last_seen INTEGER NOT NULL, 
	cleared_at INTEGER, 
	count INTEGER NOT NULL, 
	value FLOAT, 
	threshold FLOAT, 
	summary TEXT NOT NULL, 
	summary_en TEXT NOT NULL, 
	labels TEXT NOT NULL, 
	suppressed_by VARCHAR(200) NOT NULL, 
	lost TEXT, 
	CONSTRAINT pk_alert PRIMARY KEY (id)
);
INSERT INTO "alert" VALUES(1,'device-down','device','county-a','county-a','530627','critical','cleared',1795501830000,1795501830000,1795501840000,1795501850000,3,NULL,NULL,'镇雄县核心路由器 county-a 失联，影响 3 家单位','county-a (Zhenxiong County) is down, 3 agencies cut off','{"division": "530627", "object_kind": "device", "role": "county", "rule": "device-down", "severity": "critical", "tier": "county"}','','["a1", "a2", "a3"]');
INSERT INTO "alert" VALUES(2,'device-down','device','agg-2','agg-2','530600','critical','firing',1795501910000,1795501910000,1795501990000,NULL,17,NULL,NULL,'昭通市汇聚路由器 agg-2 失联','agg-2 (Zhaotong City) is down','{"division": "530600", "object_kind": "device", "role": "aggregation", "rule": "device-down", "severity": "critical", "tier": "prefecture"}','','[]');
INSERT INTO "alert" VALUES(3,'device-down','device','b1','b1','530628','minor','suppressed',1795501910000,NULL,1795501990000,NULL,17,NULL,NULL,'机构b1接入路由器 b1 失联，影响 1 家单位','b1 (Yiliang County) is down, 1 agency cut off','{"division": "530628", "object_kind": "device", "role": "access", "rule": "device-down", "severity": "minor", "tier": "agency"}','maintenance:1','[]');
INSERT INTO "alert" VALUES(4,'snmp-silent','device','core-2','core-2','530000','major','firing',1795501940000,1795501970000,1795501990000,NULL,5,NULL,NULL,'云南省核心路由器 core-2 可 ping 通，SNMP 无应答','core-2 answers pings but its SNMP agent is silent','{"division": "530000", "object_kind": "device", "role": "core", "rule": "snmp-silent", "severity": "major", "tier": "province"}','',NULL);
CREATE TABLE audit_entry (
	sequence INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	actor VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	object VARCHAR NOT NULL, 
	success BOOLEAN NOT NULL, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	source VARCHAR NOT NULL, 
	algorithm VARCHAR NOT NULL, 
	previous VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (sequence)
);
INSERT INTO "audit_entry" VALUES(1,1795501830000,'system','incident.opened','incident:1',1,'{}','{"text": "\u53d1\u73b0\u6545\u969c:\u662d\u901a\u5e02 \u9547\u96c4\u53bf county-a \u5931\u8054,\u5f71\u54cd 3 \u5bb6\u5355\u4f4d", "class": 3, "agencies": 3, "runbook": "county-cut-off"}','engine','sm3','','5390a0eb7dcf5b3626ef8f471e7ae391794f835e2c5196e6648cf34d225a2a0a');
INSERT INTO "audit_entry" VALUES(2,1795501830000,'system','incident.called','incident:1',1,'{}','{"text": "\u901a\u77e5 o1(\u9547\u96c4\u53bf\u503c\u73ed\u5458)", "round": 1, "step": 0, "people": ["530627-o1"]}','engine','sm3','5390a0eb7dcf5b3626ef8f471e7ae391794f835e2c5196e6648cf34d225a2a0a','22063513e470a9f38ca257d77d961e08de89aa322eb9f0d40ece986fe1121c49');
INSERT INTO "audit_entry" VALUES(3,1795501850000,'张三','incident.acknowledged','incident:1',1,'{"state": "open"}','{"text": "\u5f20\u4e09 \u5df2\u786e\u8ba4", "state": "acknowledged"}','test','sm3','22063513e470a9f38ca257d77d961e08de89aa322eb9f0d40ece986fe1121c49','7e72d5f5bdad3ed433a08315b47389058da5b6c44aac369a59113efa07a11cab');
INSERT INTO "audit_entry" VALUES(4,1795501850000,'张三','maintenance.plan','maintenance:1',1,'{}','{"target": "device:b1", "starts_at": 1795501850000, "ends_at": 1795509050000, "ended_at": null, "reason": "\u5272\u63a5", "approver": "\u674e\u56db"}','engine','sm3','7e72d5f5bdad3ed433a08315b47389058da5b6c44aac369a59113efa07a11cab','af52905ae0830bc9302d9f49baac4b03dfc6f1769a20ace257c42e70efcb3865');
INSERT INTO "audit_entry" VALUES(5,1795501850000,'system','incident.cleared','incident:1',1,'{}','{"text": "\u544a\u8b66\u6d88\u9664:\u9547\u96c4\u53bf\u6838\u5fc3\u8def\u7531\u5668 county-a \u5931\u8054\uff0c\u5f71\u54cd 3 \u5bb6\u5355\u4f4d", "alert": 1}','engine','sm3','af52905ae0830bc9302d9f49baac4b03dfc6f1769a20ace257c42e70efcb3865','c2f3c8bfcaa34c01e3d79f010f89c9cc6e4e473c7c134ccd0c745ca71de03100');
INSERT INTO "audit_entry" VALUES(6,1795501850000,'system','incident.impact','incident:1',1,'{"agencies": 3}','{"text": "\u5f71\u54cd\u5355\u4f4d\u7531 3 \u5bb6\u53d8\u4e3a 0 \u5bb6", "agencies": 0, "counties": 0}','engine','sm3','c2f3c8bfcaa34c01e3d79f010f89c9cc6e4e473c7c134ccd0c745ca71de03100','9d3fec1ec6a53ffced396c09d5be6dc43605e116b19dffb0a75eab9b896bf926');
INSERT INTO "audit_entry" VALUES(7,1795501850000,'system','incident.recovered','incident:1',1,'{}','{"text": "\u5168\u90e8\u544a\u8b66\u6d88\u9664,\u5386\u65f6 00:00:20", "state": "recovered"}','engine','sm3','9d3fec1ec6a53ffced396c09d5be6dc43605e116b19dffb0a75eab9b896bf926','1ad00ac37a57afe08eec801b732ad624a6bdd050db3bbb033bbdc40e23d24655');
INSERT INTO "audit_entry" VALUES(8,1795501910000,'system','incident.opened','incident:2',1,'{}','{"text": "\u53d1\u73b0\u6545\u969c:\u662d\u901a\u5e02 agg-2 \u5931\u8054", "class": 3, "agencies": 0, "runbook": "aggregation-down"}','engine','sm3','1ad00ac37a57afe08eec801b732ad624a6bdd050db3bbb033bbdc40e23d24655','edd4d2108b77a88029e17305a5117ffccb9ffc0bf3ce7f58b0a7a7c7768a6930');
INSERT INTO "audit_entry" VALUES(9,1795501910000,'system','incident.called','incident:2',1,'{}','{"text": "\u901a\u77e5 o1(\u662d\u901a\u5e02\u503c\u73ed\u5458)", "round": 1, "step": 0, "people": ["530600-o1"]}','engine','sm3','edd4d2108b77a88029e17305a5117ffccb9ffc0bf3ce7f58b0a7a7c7768a6930','e131d54e349971b970ff9db5679b43e787062534b497995e0b42ea860dc47007');
INSERT INTO "audit_entry" VALUES(10,1795501970000,'system','incident.opened','incident:3',1,'{}','{"text": "\u53d1\u73b0\u6545\u969c:core-2 \u7f51\u7ba1\u65e0\u54cd\u5e94", "class": 4, "agencies": 0, "runbook": "snmp-silent"}','engine','sm3','e131d54e349971b970ff9db5679b43e787062534b497995e0b42ea860dc47007','194cbe2e4d8418195c1c2999d4e310281541b80b00e832066c330e68d5c10f54');
INSERT INTO "audit_entry" VALUES(11,1795501970000,'system','incident.called','incident:3',1,'{}','{"text": "\u901a\u77e5 o1(\u4e91\u5357\u7701\u503c\u73ed\u5458)", "round": 1, "step": 0, "people": ["530000-o1"]}','engine','sm3','194cbe2e4d8418195c1c2999d4e310281541b80b00e832066c330e68d5c10f54','178b2a7d8c67133db653697e890efe738acc2ffdfcabaa8dbc3d3903aedb8c99');
CREATE TABLE audit_head (
	id INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (id)
);
INSERT INTO "audit_head" VALUES(1,11,'178b2a7d8c67133db653697e890efe738acc2ffdfcabaa8dbc3d3903aedb8c99');
CREATE TABLE escalation_step (
	incident INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	due_at INTEGER NOT NULL, 
	calls VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	fired_at INTEGER, 
	CONSTRAINT pk_escalation_step PRIMARY KEY (incident, round, number), 
	CONSTRAINT fk_escalation_step_incident_incident FOREIGN KEY(incident) REFERENCES incident (id)
);
INSERT INTO "escalation_step" VALUES(1,1,0,1795501830000,'530627:operator','fired',1795501830000);
INSERT INTO "escalation_step" VALUES(1,1,1,1795503630000,'530627:leader 530600:operator','stopped',NULL);
INSERT INTO "escalation_step" VALUES(1,1,2,1795505430000,'530627:director 530600:leader 530000:operator','stopped',NULL);
INSERT INTO "escalation_step" VALUES(2,1,0,1795501910000,'530600:operator','fired',1795501910000);
INSERT INTO "escalation_step" VALUES(2,1,1,1795503710000,'530600:leader 530000:operator','waiting',NULL);
INSERT INTO "escalation_step" VALUES(2,1,2,1795505510000,'530600:director 530000:leader','waiting',NULL);
INSERT INTO "escalation_step" VALUES(3,1,0,1795501970000,'530000:operator','fired',1795501970000);
INSERT INTO "escalation_step" VALUES(3,1,1,1795503770000,'530000:leader','waiting',NULL);
INSERT INTO "escalation_step" VALUES(3,1,2,1795505570000,'530000:director','waiting',NULL);
CREATE TABLE heartbeat (
	part VARCHAR(40) NOT NULL, 
	at INTEGER NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (part)
);
INSERT INTO "heartbeat" VALUES('judging',1795501990000);
CREATE TABLE incident (
	id INTEGER NOT NULL, 
	number VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	sequence INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	title_en VARCHAR NOT NULL, 
	fault_class INTEGER NOT NULL, 
	severity VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	object_kind VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	division VARCHAR NOT NULL, 
	outage BOOLEAN NOT NULL, 
	place VARCHAR NOT NULL, 
	word VARCHAR NOT NULL, 
	prefecture VARCHAR NOT NULL, 
	started_at INTEGER NOT NULL, 
	discovered_at INTEGER NOT NULL, 
	first_acknowledged_at INTEGER, 
	acknowledged_at INTEGER, 
	acknowledged_by VARCHAR, 
	recovered_at INTEGER, 
	closed_at INTEGER, 
	closed_by VARCHAR, 
	close_reason VARCHAR, 
	assigned_to VARCHAR, 
	runbook VARCHAR, 
	runbook_title VARCHAR NOT NULL, 
	agencies INTEGER NOT NULL, 
	counties INTEGER NOT NULL, 
	private_networks INTEGER NOT NULL, 
	most_agencies INTEGER NOT NULL, 
	relapses INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	CONSTRAINT pk_incident PRIMARY KEY (id), 
	CONSTRAINT uq_incident_day UNIQUE (day, sequence)
);
INSERT INTO "incident" VALUES(1,'YN1124-0001','2026-11-24',1,'昭通市 镇雄县 county-a 失联,影响 3 家单位','Zhenxiong County, Zhaotong City: county router county-a down, 3 agencies cut off',3,'critical','recovered','device-down','device','county-a','county-a','530627',1,'昭通county-a','失联','昭通',1795501830000,1795501830000,1795501850000,1795501850000,'张三',1795501850000,NULL,NULL,NULL,'张三','county-cut-off','县级路由器失联(全县中断)',0,0,0,3,0,1);
INSERT INTO "incident" VALUES(2,'YN1124-0002','2026-11-24',2,'昭通市 agg-2 失联','Zhaotong City: aggregation router agg-2 down',3,'critical','open','device-down','device','agg-2','agg-2','530600',1,'昭通agg-2','失联','昭通',1795501910000,1795501910000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'aggregation-down','州市汇聚路由器失联',0,0,0,0,0,1);
INSERT INTO "incident" VALUES(3,'YN1124-0003','2026-11-24',3,'core-2 网管无响应','Province: core router core-2 does not answer SNMP',4,'major','open','snmp-silent','device','core-2','core-2','530000',0,'core-2','网管无响应','全省',1795501940000,1795501970000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'snmp-silent','SNMP 无应答(设备可 ping 通)',0,0,0,0,0,1);
CREATE TABLE incident_alert (
	incident INTEGER NOT NULL, 
	alert INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	object_kind VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	outage BOOLEAN NOT NULL, 
	state VARCHAR NOT NULL, 
	joined_at INTEGER NOT NULL, 
	cleared_at INTEGER, 
	CONSTRAINT pk_incident_alert PRIMARY KEY (incident, alert), 
	CONSTRAINT fk_incident_alert_incident_incident FOREIGN KEY(incident) REFERENCES incident (id)
);
INSERT INTO "incident_alert" VALUES(1,1,'device-down','device','county-a','critical',1,'cleared',1795501830000,1795501850000);
INSERT INTO "incident_alert" VALUES(2,2,'device-down','device','agg-2','critical',1,'firing',1795501910000,NULL);
INSERT INTO "incident_alert" VALUES(3,4,'snmp-silent','device','core-2','major',0,'firing',1795501970000,NULL);
CREATE TABLE incident_event (
	id INTEGER NOT NULL, 
	incident INTEGER NOT NULL, 
	at INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	actor VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	text_en VARCHAR NOT NULL, 
	CONSTRAINT pk_incident_event PRIMARY KEY (id), 
	CONSTRAINT fk_incident_event_incident_incident FOREIGN KEY(incident) REFERENCES incident (id)
);
INSERT INTO "incident_event" VALUES(1,1,1795501830000,'opened','system','engine','发现故障:昭通市 镇雄县 county-a 失联,影响 3 家单位','Opened: Zhenxiong County, Zhaotong City: county router county-a down, 3 agencies cut off');
INSERT INTO "incident_event" VALUES(2,1,1795501830000,'called','system','engine','通知 o1(镇雄县值班员)','Called o1');
INSERT INTO "incident_event" VALUES(3,1,1795501850000,'acknowledged','张三','test','张三 已确认','Acknowledged by 张三');
INSERT INTO "incident_event" VALUES(4,1,1795501850000,'cleared','system','engine','告警消除:镇雄县核心路由器 county-a 失联，影响 3 家单位','Cleared: county-a (Zhenxiong County) is down, 3 agencies cut off');
INSERT INTO "incident_event" VALUES(5,1,1795501850000,'impact','system','engine','影响单位由 3 家变为 0 家','Agencies cut off: 3 before, 0 now');
INSERT INTO "incident_event" VALUES(6,1,1795501850000,'recovered','system','engine','全部告警消除,历时 00:00:20','All alerts cleared after 00:00:20');
INSERT INTO "incident_event" VALUES(7,2,1795501910000,'opened','system','engine','发现故障:昭通市 agg-2 失联','Opened: Zhaotong City: aggregation router agg-2 down');
INSERT INTO "incident_event" VALUES(8,2,1795501910000,'called','system','engine','通知 o1(昭通市值班员)','Called o1');
INSERT INTO "incident_event" VALUES(9,3,1795501970000,'opened','system','engine','发现故障:core-2 网管无响应','Opened: Province: core router core-2 does not answer SNMP');
INSERT INTO "incident_event" VALUES(10,3,1795501970000,'called','system','engine','通知 o1(云南省值班员)','Called o1');
CREATE TABLE incident_impact (
	id INTEGER NOT NULL, 
	incident INTEGER NOT NULL, 
	alert INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	object VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	name_en VARCHAR NOT NULL, 
	from_at INTEGER NOT NULL, 
	until_at INTEGER, 
	CONSTRAINT pk_incident_impact PRIMARY KEY (id), 
	CONSTRAINT fk_incident_impact_incident_incident FOREIGN KEY(incident) REFERENCES incident (id)
);
INSERT INTO "incident_impact" VALUES(1,1,1,'agency','agency-a1','机构a1','Agency a1',1795501830000,1795501850000);
INSERT INTO "incident_impact" VALUES(2,1,1,'agency','agency-a2','机构a2','Agency a2',1795501830000,1795501850000);
INSERT INTO "incident_impact" VALUES(3,1,1,'agency','agency-a3','机构a3','Agency a3',1795501830000,1795501850000);
INSERT INTO "incident_impact" VALUES(4,1,1,'county','530627','镇雄县','Zhenxiong County',1795501830000,1795501850000);
INSERT INTO "incident_impact" VALUES(5,1,1,'private_network','health','卫生专网','Health network',1795501830000,1795501850000);
CREATE TABLE incident_step (
	incident INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	text VARCHAR NOT NULL, 
	done_at INTEGER, 
	done_by VARCHAR, 
	CONSTRAINT pk_incident_step PRIMARY KEY (incident, number), 
	CONSTRAINT fk_incident_step_incident_incident FOREIGN KEY(incident) REFERENCES incident (id)
);
INSERT INTO "incident_step" VALUES(1,1,'在州市汇聚路由器上看到该县的主、备互联端口和路由邻居状态。
```
display interface brief main
display ospf peer brief
display bgp peer
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,2,'机房停电:请县机房值守确认市电、UPS 与油机;预计停电超过 UPS 后备时间的,立即组织油机发电,并通知县政府办。',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,3,'机房有电:请现场看主控板 RUN/ALM 灯和电源模块灯;带外(串口或 4G)可达的,从带外登录看启动信息,保存屏幕输出。
```
display device
display power
display logbuffer size 200
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,4,'主控死机:征得带班领导同意后整机断电重启,断电前先拍照留存指示灯状态;重启等待 10 分钟。',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,5,'主控或电源硬件损坏:启用备件,由州市中心远程配合恢复配置;备件不在本县的,由州市中心指派车辆送达并记录出发时间。
```
startup saved-configuration 备份文件名.cfg
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,6,'设备恢复后先看路由收敛和全县业务网段是否都已发布,再逐步恢复专网 VPN 实例。
```
display ospf peer brief
display ip routing-table statistics
display ip vpn-instance
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(1,7,'登记故障时间、原因、影响单位数和处置人,准备续报材料;达到较大及以上网络安全事件标准的,按规定时限上报。',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,1,'先保住另一台:登录正常的汇聚路由器,核对双机热备和路由状态,确认全部县的路由都在其上。
```
display vrrp brief
display ospf peer brief
display bgp peer
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,2,'立即冻结本州市所有变更和割接,通知各县中心在恢复之前不得操作设备。',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,3,'看正常设备的上联链路利用率;超过 85% 时,与省中心商定对视频、备份类流量限速,保障公文与专网。
```
display interface brief main
display qos policy interface outbound
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,4,'从带外登录失联设备;登录不上的,请机房值守查看主控、电源、风扇指示灯并拍照。
```
display device
display health
display alarm active
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,5,'单块主控故障的,确认备用主控接管;双主控均异常的,经州市中心主任同意后断电重启。
```
display switchover state
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,6,'更换故障部件(主控、电源、接口板)。操作前备份配置,操作时两人在场,一人操作、一人复核。',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,7,'设备恢复后不要立即切回:观察 30 分钟无异常,再按计划把流量切回,切换窗口尽量选在非办公时段。',NULL,NULL);
INSERT INTO "incident_step" VALUES(2,8,'补写故障报告:失去冗余的时长、是否影响业务、部件型号与序列号、厂商服务单号。',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,1,'登录设备,确认 SNMP 代理已启用、版本和团体字与平台的凭据一致(不要把团体字写进备注)。
```
display snmp-agent sys-info
display snmp-agent community
display current-configuration | include snmp-agent
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,2,'核对团体字绑定的 ACL 是否放行采集服务器地址,看命中计数。
```
display acl 2000
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,3,'看代理的报文统计:收到而未应答为团体字或视图问题;没有收到为路径或 ACL 问题。
```
display snmp-agent statistics
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,4,'没有收到请求:从设备侧 ping 采集服务器,查中间防火墙 UDP 161 策略和管理路由。
```
ping -a 管理地址 采集服务器地址
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,5,'CPU 过高或控制面限速丢弃:看 snmp 协议的丢弃计数,先按“CPU 利用率过高”处理,再适当放宽限速。
```
display cpu-defend statistics packet-type snmp all
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,6,'代理进程异常:关闭再启用代理;操作前保存相关配置,操作后立即验证。
```
undo snmp-agent
snmp-agent
snmp-agent sys-info version v2c
```',NULL,NULL);
INSERT INTO "incident_step" VALUES(3,7,'平台凭据有误的,由系统管理员修改平台设置并运行 `yunwei check`。',NULL,NULL);
CREATE TABLE maintenance_window (
	id INTEGER NOT NULL, 
	target_kind VARCHAR(16) NOT NULL, 
	target_id VARCHAR(80) NOT NULL, 
	starts_at INTEGER NOT NULL, 
	ends_at INTEGER NOT NULL, 
	ended_at INTEGER, 
	reason TEXT NOT NULL, 
	author VARCHAR(80) NOT NULL, 
	approver VARCHAR(80) NOT NULL, 
	planned_at INTEGER NOT NULL, 
	CONSTRAINT pk_maintenance_window PRIMARY KEY (id)
);
INSERT INTO "maintenance_window" VALUES(1,'device','b1',1795501850000,1795509050000,NULL,'割接','张三','李四',1795501850000);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	idempotency_key VARCHAR NOT NULL, 
	incident INTEGER, 
	step INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	recipient VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	html TEXT NOT NULL, 
	message_key VARCHAR NOT NULL, 
	thread_key VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	uncertain BOOLEAN NOT NULL, 
	next_attempt_at INTEGER NOT NULL, 
	lease_until INTEGER, 
	provider_id VARCHAR, 
	last_error VARCHAR, 
	created_at INTEGER NOT NULL, 
	sent_at INTEGER, 
	merged_into INTEGER, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_idempotency_key UNIQUE (idempotency_key)
);
INSERT INTO "outbox" VALUES(1,'YN1124-0001.1.opening.1.0.530627-o1.sms',1,0,'opening','sms','530627-o1','o1','15306270000','','【云南政务网】三级(黄)昭通county-a14:30失联,影响3单位,张三已确认。YN1124-0001','','yn1124-0001.1.530627-o1.opening.1.0','yn1124-0001.1.530627-o1',3,'withdrawn',0,0,1795501830000,NULL,NULL,NULL,1795501830000,NULL,NULL);
INSERT INTO "outbox" VALUES(2,'YN1124-0001.1.opening.1.0.530627-o1.email',1,0,'opening','email','530627-o1','o1','530627-o1@yunwei.example','[三级][昭通][失联] 昭通市 镇雄县 county-a 失联,影响 3 家单位 #YN1124-0001','张三 已确认处理。

事件:YN1124-0001 昭通市 镇雄县 county-a 失联,影响 3 家单位
故障等级:三级(黄)
发生时间:2026-11-24 14:30:30
发现时间:2026-11-24 14:30:30
影响单位:3 家(最多时 3 家)
影响县区:1 个
涉及专网:卫生专网
当班值班员:o1

受影响单位:
- 机构a1
- 机构a2
- 机构a3

处置手册:县级路由器失联(全县中断)
1. 在州市汇聚路由器上看到该县的主、备互联端口和路由邻居状态。
```
display interface brief main
display ospf peer brief
display bgp peer
```
2. 机房停电:请县机房值守确认市电、UPS 与油机;预计停电超过 UPS 后备时间的,立即组织油机发电,并通知县政府办。
3. 机房有电:请现场看主控板 RUN/ALM 灯和电源模块灯;带外(串口或 4G)可达的,从带外登录看启动信息,保存屏幕输出。
```
display device
display power
display logbuffer size 200
```
4. 主控死机:征得带班领导同意后整机断电重启,断电前先拍照留存指示灯状态;重启等待 10 分钟。
5. 主控或电源硬件损坏:启用备件,由州市中心远程配合恢复配置;备件不在本县的,由州市中心指派车辆送达并记录出发时间。
```
startup saved-configuration 备份文件名.cfg
```
6. 设备恢复后先看路由收敛和全县业务网段是否都已发布,再逐步恢复专网 VPN 实例。
```
display ospf peer brief
display ip routing-table statistics
display ip vpn-instance
```
7. 登记故障时间、原因、影响单位数和处置人,准备续报材料;达到较大及以上网络安全事件标准的,按规定时限上报。
','<!DOCTYPE html><html lang=''zh-CN''><head><meta charset=''utf-8''></head><body><p><strong>张三 已确认处理。</strong></p><table cellpadding=''4''><tr><th align=''left''>事件</th><td>YN1124-0001 昭通市 镇雄县 county-a 失联,影响 3 家单位</td></tr><tr><th align=''left''>故障等级</th><td>三级(黄)</td></tr><tr><th align=''left''>发生时间</th><td>2026-11-24 14:30:30</td></tr><tr><th align=''left''>发现时间</th><td>2026-11-24 14:30:30</td></tr><tr><th align=''left''>影响单位</th><td>3 家(最多时 3 家)</td></tr><tr><th align=''left''>影响县区</th><td>1 个</td></tr><tr><th align=''left''>涉及专网</th><td>卫生专网</td></tr><tr><th align=''left''>当班值班员</th><td>o1</td></tr></table><h3>受影响单位</h3><ul><li>机构a1</li><li>机构a2</li><li>机构a3</li></ul><h3>处置手册:县级路由器失联(全县中断)</h3><ol><li style=''white-space:pre-wrap''>在州市汇聚路由器上看到该县的主、备互联端口和路由邻居状态。
```
display interface brief main
display ospf peer brief
display bgp peer
```</li><li style=''white-space:pre-wrap''>机房停电:请县机房值守确认市电、UPS 与油机;预计停电超过 UPS 后备时间的,立即组织油机发电,并通知县政府办。</li><li style=''white-space:pre-wrap''>机房有电:请现场看主控板 RUN/ALM 灯和电源模块灯;带外(串口或 4G)可达的,从带外登录看启动信息,保存屏幕输出。
```
display device
display power
display logbuffer size 200
```</li><li style=''white-space:pre-wrap''>主控死机:征得带班领导同意后整机断电重启,断电前先拍照留存指示灯状态;重启等待 10 分钟。</li><li style=''white-space:pre-wrap''>主控或电源硬件损坏:启用备件,由州市中心远程配合恢复配置;备件不在本县的,由州市中心指派车辆送达并记录出发时间。
```
startup saved-configuration 备份文件名.cfg
```</li><li style=''white-space:pre-wrap''>设备恢复后先看路由收敛和全县业务网段是否都已发布,再逐步恢复专网 VPN 实例。
```
display ospf peer brief
display ip routing-table statistics
display ip vpn-instance
```</li><li style=''white-space:pre-wrap''>登记故障时间、原因、影响单位数和处置人,准备续报材料;达到较大及以上网络安全事件标准的,按规定时限上报。</li></ol></body></html>','yn1124-0001.1.530627-o1','yn1124-0001.1.530627-o1',3,'withdrawn',0,0,1795501830000,NULL,NULL,NULL,1795501830000,NULL,NULL);
INSERT INTO "outbox" VALUES(3,'YN1124-0001.1.recovery.1.0.530627-o1.sms',1,0,'recovery','sms','530627-o1','o1','15306270000','','【云南政务网】恢复:昭通county-a14:30失联,14:30已恢复,历时20秒,影响3单位。YN1124-0001','','yn1124-0001.1.530627-o1.recovery.1.0','yn1124-0001.1.530627-o1',23,'pending',0,0,1795501850000,NULL,NULL,NULL,1795501850000,NULL,NULL);
INSERT INTO "outbox" VALUES(4,'YN1124-0001.1.recovery.1.0.530627-o1.email',1,0,'recovery','email','530627-o1','o1','530627-o1@yunwei.example','[三级][昭通][恢复] 昭通市 镇雄县 county-a 失联,影响 3 家单位 #YN1124-0001','故障已恢复。

事件:YN1124-0001 昭通市 镇雄县 county-a 失联,影响 3 家单位
故障等级:三级(黄)
发生时间:2026-11-24 14:30:30
发现时间:2026-11-24 14:30:30
恢复时间:2026-11-24 14:30:50
历时:00:00:20
影响单位:0 家(最多时 3 家)
处理人:张三

处置手册:县级路由器失联(全县中断)
1. 在州市汇聚路由器上看到该县的主、备互联端口和路由邻居状态。
```
display interface brief main
display ospf peer brief
display bgp peer
```
2. 机房停电:请县机房值守确认市电、UPS 与油机;预计停电超过 UPS 后备时间的,立即组织油机发电,并通知县政府办。
3. 机房有电:请现场看主控板 RUN/ALM 灯和电源模块灯;带外(串口或 4G)可达的,从带外登录看启动信息,保存屏幕输出。
```
display device
display power
display logbuffer size 200
```
4. 主控死机:征得带班领导同意后整机断电重启,断电前先拍照留存指示灯状态;重启等待 10 分钟。
5. 主控或电源硬件损坏:启用备件,由州市中心远程配合恢复配置;备件不在本县的,由州市中心指派车辆送达并记录出发时间。
```
startup saved-configuration 备份文件名.cfg
```
6. 设备恢复后先看路由收敛和全县业务网段是否都已发布,再逐步恢复专网 VPN 实例。
```
display ospf peer brief
display ip routing-table statistics
display ip vpn-instance
```
7. 登记故障时间、原因、影响单位数和处置人,准备续报材料;达到较大及以上网络安全事件标准的,按规定时限上报。
','<!DOCTYPE html><html lang=''zh-CN''><head><meta charset=''utf-8''></head><body><p><strong>故障已恢复。</strong></p><table cellpadding=''4''><tr><th align=''left''>事件</th><td>YN1124-0001 昭通市 镇雄县 county-a 失联,影响 3 家单位</td></tr><tr><th align=''left''>故障等级</th><td>三级(黄)</td></tr><tr><th align=''left''>发生时间</th><td>2026-11-24 14:30:30</td></tr><tr><th align=''left''>发现时间</th><td>2026-11-24 14:30:30</td></tr><tr><th align=''left''>恢复时间</th><td>2026-11-24 14:30:50</td></tr><tr><th align=''left''>历时</th><td>00:00:20</td></tr><tr><th align=''left''>影响单位</th><td>0 家(最多时 3 家)</td></tr><tr><th align=''left''>处理人</th><td>张三</td></tr></table><h3>处置手册:县级路由器失联(全县中断)</h3><ol><li style=''white-space:pre-wrap''>在州市汇聚路由器上看到该县的主、备互联端口和路由邻居状态。
```
display interface brief main
display ospf peer brief
display bgp peer
```</li><li style=''white-space:pre-wrap''>机房停电:请县机房值守确认市电、UPS 与油机;预计停电超过 UPS 后备时间的,立即组织油机发电,并通知县政府办。</li><li style=''white-space:pre-wrap''>机房有电:请现场看主控板 RUN/ALM 灯和电源模块灯;带外(串口或 4G)可达的,从带外登录看启动信息,保存屏幕输出。
```
display device
display power
display logbuffer size 200
```</li><li style=''white-space:pre-wrap''>主控死机:征得带班领导同意后整机断电重启,断电前先拍照留存指示灯状态;重启等待 10 分钟。</li><li style=''white-space:pre-wrap''>主控或电源硬件损坏:启用备件,由州市中心远程配合恢复配置;备件不在本县的,由州市中心指派车辆送达并记录出发时间。
```
startup saved-configuration 备份文件名.cfg
```</li><li style=''white-space:pre-wrap''>设备恢复后先看路由收敛和全县业务网段是否都已发布,再逐步恢复专网 VPN 实例。
```
display ospf peer brief
display ip routing-table statistics
display ip vpn-instance
```</li><li style=''white-space:pre-wrap''>登记故障时间、原因、影响单位数和处置人,准备续报材料;达到较大及以上网络安全事件标准的,按规定时限上报。</li></ol></body></html>','yn1124-0001.1.530627-o1.recovery.1.0','yn1124-0001.1.530627-o1',23,'pending',0,0,1795501850000,NULL,NULL,NULL,1795501850000,NULL,NULL);
INSERT INTO "outbox" VALUES(5,'YN1124-0002.2.opening.1.0.530600-o1.sms',2,0,'opening','sms','530600-o1','o1','15306000000','','【云南政务网】三级(黄)昭通agg-214:31失联,责任人o1,请10分钟内确认。YN1124-0002','','yn1124-0002.2.530600-o1.opening.1.0','yn1124-0002.2.530600-o1',3,'pending',0,0,1795501910000,NULL,NULL,NULL,1795501910000,NULL,NULL);
INSERT INTO "outbox" VALUES(6,'YN1124-0002.2.opening.1.0.530600-o1.email',2,0,'opening','email','530600-o1','o1','530600-o1@yunwei.example','[三级][昭通][失联] 昭通市 agg-2 失联 #YN1124-0002','请在 10 分钟内确认。

事件:YN1124-0002 昭通市 agg-2 失联
故障等级:三级(黄)
发生时间:2026-11-24 14:31:50
发现时间:2026-11-24 14:31:50
影响单位:0 家(最多时 0 家)
当班值班员:o1

处置手册:州市汇聚路由器失联
1. 先保住另一台:登录正常的汇聚路由器,核对双机热备和路由状态,确认全部县的路由都在其上。
```
display vrrp brief
display ospf peer brief
display bgp peer
```
2. 立即冻结本州市所有变更和割接,通知各县中心在恢复之前不得操作设备。
3. 看正常设备的上联链路利用率;超过 85% 时,与省中心商定对视频、备份类流量限速,保障公文与专网。
```
display interface brief main
display qos policy interface outbound
```
4. 从带外登录失联设备;登录不上的,请机房值守查看主控、电源、风扇指示灯并拍照。
```
display device
display health
display alarm active
```
5. 单块主控故障的,确认备用主控接管;双主控均异常的,经州市中心主任同意后断电重启。
```
display switchover state
```
6. 更换故障部件(主控、电源、接口板)。操作前备份配置,操作时两人在场,一人操作、一人复核。
7. 设备恢复后不要立即切回:观察 30 分钟无异常,再按计划把流量切回,切换窗口尽量选在非办公时段。
8. 补写故障报告:失去冗余的时长、是否影响业务、部件型号与序列号、厂商服务单号。
','<!DOCTYPE html><html lang=''zh-CN''><head><meta charset=''utf-8''></head><body><p><strong>请在 10 分钟内确认。</strong></p><table cellpadding=''4''><tr><th align=''left''>事件</th><td>YN1124-0002 昭通市 agg-2 失联</td></tr><tr><th align=''left''>故障等级</th><td>三级(黄)</td></tr><tr><th align=''left''>发生时间</th><td>2026-11-24 14:31:50</td></tr><tr><th align=''left''>发现时间</th><td>2026-11-24 14:31:50</td></tr><tr><th align=''left''>影响单位</th><td>0 家(最多时 0 家)</td></tr><tr><th align=''left''>当班值班员</th><td>o1</td></tr></table><h3>处置手册:州市汇聚路由器失联</h3><ol><li style=''white-space:pre-wrap''>先保住另一台:登录正常的汇聚路由器,核对双机热备和路由状态,确认全部县的路由都在其上。
```
display vrrp brief
display ospf peer brief
display bgp peer
```</li><li style=''white-space:pre-wrap''>立即冻结本州市所有变更和割接,通知各县中心在恢复之前不得操作设备。</li><li style=''white-space:pre-wrap''>看正常设备的上联链路利用率;超过 85% 时,与省中心商定对视频、备份类流量限速,保障公文与专网。
```
display interface brief main
display qos policy interface outbound
```</li><li style=''white-space:pre-wrap''>从带外登录失联设备;登录不上的,请机房值守查看主控、电源、风扇指示灯并拍照。
```
display device
display health
display alarm active
```</li><li style=''white-space:pre-wrap''>单块主控故障的,确认备用主控接管;双主控均异常的,经州市中心主任同意后断电重启。
```
display switchover state
```</li><li style=''white-space:pre-wrap''>更换故障部件(主控、电源、接口板)。操作前备份配置,操作时两人在场,一人操作、一人复核。</li><li style=''white-space:pre-wrap''>设备恢复后不要立即切回:观察 30 分钟无异常,再按计划把流量切回,切换窗口尽量选在非办公时段。</li><li style=''white-space:pre-wrap''>补写故障报告:失去冗余的时长、是否影响业务、部件型号与序列号、厂商服务单号。</li></ol></body></html>','yn1124-0002.2.530600-o1','yn1124-0002.2.530600-o1',3,'pending',0,0,1795501910000,NULL,NULL,NULL,1795501910000,NULL,NULL);
INSERT INTO "outbox" VALUES(7,'YN1124-0003.3.opening.1.0.530000-o1.sms',3,0,'opening','sms','530000-o1','o1','15300000000','','【云南政务网】四级(蓝)core-214:32网管无响应,责任人o1,请30分钟内确认。YN1124-0003','','yn1124-0003.3.530000-o1.opening.1.0','yn1124-0003.3.530000-o1',4,'pending',0,0,1795501970000,NULL,NULL,NULL,1795501970000,NULL,NULL);
INSERT INTO "outbox" VALUES(8,'YN1124-0003.3.opening.1.0.530000-o1.email',3,0,'opening','email','530000-o1','o1','530000-o1@yunwei.example','[四级][全省][网管无响应] core-2 网管无响应 #YN1124-0003','请在 30 分钟内确认。

事件:YN1124-0003 core-2 网管无响应
故障等级:四级(蓝)
发生时间:2026-11-24 14:32:20
发现时间:2026-11-24 14:32:50
影响单位:0 家(最多时 0 家)
当班值班员:o1

处置手册:SNMP 无应答(设备可 ping 通)
1. 登录设备,确认 SNMP 代理已启用、版本和团体字与平台的凭据一致(不要把团体字写进备注)。
```
display snmp-agent sys-info
display snmp-agent community
display current-configuration | include snmp-agent
```
2. 核对团体字绑定的 ACL 是否放行采集服务器地址,看命中计数。
```
display acl 2000
```
3. 看代理的报文统计:收到而未应答为团体字或视图问题;没有收到为路径或 ACL 问题。
```
display snmp-agent statistics
```
4. 没有收到请求:从设备侧 ping 采集服务器,查中间防火墙 UDP 161 策略和管理路由。
```
ping -a 管理地址 采集服务器地址
```
5. CPU 过高或控制面限速丢弃:看 snmp 协议的丢弃计数,先按“CPU 利用率过高”处理,再适当放宽限速。
```
display cpu-defend statistics packet-type snmp all
```
6. 代理进程异常:关闭再启用代理;操作前保存相关配置,操作后立即验证。
```
undo snmp-agent
snmp-agent
snmp-agent sys-info version v2c
```
7. 平台凭据有误的,由系统管理员修改平台设置并运行 `yunwei check`。
','<!DOCTYPE html><html lang=''zh-CN''><head><meta charset=''utf-8''></head><body><p><strong>请在 30 分钟内确认。</strong></p><table cellpadding=''4''><tr><th align=''left''>事件</th><td>YN1124-0003 core-2 网管无响应</td></tr><tr><th align=''left''>故障等级</th><td>四级(蓝)</td></tr><tr><th align=''left''>发生时间</th><td>2026-11-24 14:32:20</td></tr><tr><th align=''left''>发现时间</th><td>2026-11-24 14:32:50</td></tr><tr><th align=''left''>影响单位</th><td>0 家(最多时 0 家)</td></tr><tr><th align=''left''>当班值班员</th><td>o1</td></tr></table><h3>处置手册:SNMP 无应答(设备可 ping 通)</h3><ol><li style=''white-space:pre-wrap''>登录设备,确认 SNMP 代理已启用、版本和团体字与平台的凭据一致(不要把团体字写进备注)。
```
display snmp-agent sys-info
display snmp-agent community
display current-configuration | include snmp-agent
```</li><li style=''white-space:pre-wrap''>核对团体字绑定的 ACL 是否放行采集服务器地址,看命中计数。
```
display acl 2000
```</li><li style=''white-space:pre-wrap''>看代理的报文统计:收到而未应答为团体字或视图问题;没有收到为路径或 ACL 问题。
```
display snmp-agent statistics
```</li><li style=''white-space:pre-wrap''>没有收到请求:从设备侧 ping 采集服务器,查中间防火墙 UDP 161 策略和管理路由。
```
ping -a 管理地址 采集服务器地址
```</li><li style=''white-space:pre-wrap''>CPU 过高或控制面限速丢弃:看 snmp 协议的丢弃计数,先按“CPU 利用率过高”处理,再适当放宽限速。
```
display cpu-defend statistics packet-type snmp all
```</li><li style=''white-space:pre-wrap''>代理进程异常:关闭再启用代理;操作前保存相关配置,操作后立即验证。
```
undo snmp-agent
snmp-agent
snmp-agent sys-info version v2c
```</li><li style=''white-space:pre-wrap''>平台凭据有误的,由系统管理员修改平台设置并运行 `yunwei check`。</li></ol></body></html>','yn1124-0003.3.530000-o1','yn1124-0003.3.530000-o1',4,'pending',0,0,1795501970000,NULL,NULL,NULL,1795501970000,NULL,NULL);
CREATE TABLE state_interval (
	id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	object_id VARCHAR(80) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	started_at INTEGER NOT NULL, 
	ended_at INTEGER, 
	cause VARCHAR(80) NOT NULL, 
	evidence VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_state_interval PRIMARY KEY (id)
);
INSERT INTO "state_interval" VALUES(1,'device','core-1','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(2,'device','core-2','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(3,'device','agg-1','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(4,'device','agg-2','up',1795501800000,1795501910000,'','answered');
INSERT INTO "state_interval" VALUES(5,'device','county-a','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(6,'device','county-b','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(7,'device','a1','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(8,'agency','agency-a1','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(9,'device','a2','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(10,'agency','agency-a2','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(11,'device','a3','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(12,'agency','agency-a3','up',1795501800000,1795501830000,'','answered');
INSERT INTO "state_interval" VALUES(13,'device','b1','up',1795501800000,1795501910000,'','answered');
INSERT INTO "state_interval" VALUES(14,'agency','agency-b1','up',1795501800000,1795501910000,'','answered');
INSERT INTO "state_interval" VALUES(15,'device','b2','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(16,'agency','agency-b2','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(17,'device','p1','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(18,'agency','agency-p1','up',1795501800000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(19,'device','county-a','down',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(20,'device','a1','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(21,'agency','agency-a1','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(22,'device','a2','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(23,'agency','agency-a2','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(24,'device','a3','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(25,'agency','agency-a3','unreachable',1795501830000,1795501850000,'county-a','missed');
INSERT INTO "state_interval" VALUES(26,'device','county-a','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(27,'device','a1','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(28,'agency','agency-a1','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(29,'device','a2','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(30,'agency','agency-a2','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(31,'device','a3','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(32,'agency','agency-a3','up',1795501850000,NULL,'','answered');
INSERT INTO "state_interval" VALUES(33,'device','agg-2','down',1795501910000,NULL,'agg-2','missed');
INSERT INTO "state_interval" VALUES(34,'device','b1','maintenance',1795501910000,NULL,'b1','maintenance:1');
INSERT INTO "state_interval" VALUES(35,'agency','agency-b1','maintenance',1795501910000,NULL,'b1','maintenance:1');
CREATE INDEX ix_alert_device_started ON alert (device, started_at);
CREATE INDEX ix_alert_started ON alert (started_at);
CREATE UNIQUE INDEX uq_alert_open ON alert (object_kind, object_id, rule) WHERE cleared_at IS NULL;
CREATE INDEX ix_audit_entry_action ON audit_entry (action);
CREATE INDEX ix_audit_entry_object ON audit_entry (object);
CREATE INDEX ix_incident_device_state ON incident (device, state);
CREATE INDEX ix_incident_division ON incident (division);
CREATE INDEX ix_incident_number ON incident (number);
CREATE INDEX ix_incident_object_id ON incident (object_id);
CREATE INDEX ix_incident_started_at ON incident (started_at);
CREATE INDEX ix_incident_state ON incident (state);
CREATE INDEX ix_maintenance_window_ends ON maintenance_window (ends_at);
CREATE INDEX ix_outbox_address ON outbox (channel, address, sent_at);
CREATE INDEX ix_outbox_created_at ON outbox (created_at);
CREATE INDEX ix_outbox_incident ON outbox (incident);
CREATE INDEX ix_outbox_waiting ON outbox (state, channel, next_attempt_at);
CREATE INDEX ix_state_interval_ended ON state_interval (ended_at);
CREATE INDEX ix_state_interval_object ON state_interval (kind, object_id, started_at);
CREATE UNIQUE INDEX uq_state_interval_open ON state_interval (kind, object_id) WHERE ended_at IS NULL;
CREATE INDEX ix_escalation_step_due ON escalation_step (state, due_at);
CREATE INDEX ix_incident_alert_alert ON incident_alert (alert);
CREATE INDEX ix_incident_event_incident ON incident_event (incident);
CREATE INDEX ix_incident_impact_incident ON incident_impact (incident);
CREATE INDEX ix_incident_impact_object ON incident_impact (kind, object);
COMMIT;
